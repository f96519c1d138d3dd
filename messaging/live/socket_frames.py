"""What a socket's frames do: the same forms and actions as the pages, asked anew at every frame."""

from typing import NamedTuple
from urllib.parse import parse_qs

from django.conf import settings
from django.utils import translation

from core.batching import BatchLoader
from core.rate_limits import Bucket
from rooms.actions import mark_read
from rooms.models import Membership, Room
from users.languages import language_of
from users.sessions.socket_auth import visitors_of

from ..message import broadcasts
from ..message.forms import CursorForm, SeenForm
from ..message.submit import submit_all
from . import access_queries, connection_limits


class Visit(NamedTuple):
    """Who comes in by a socket, and where; no user or no room where they may not."""

    user: object = None
    session_key: str | None = None
    language: str = ""
    room_id: int | None = None
    watched: dict = {}
    open_elsewhere: int = 0


def enter_all(arrivals):
    """Return the Visit of each (ASGI scope, slug of a room): who comes at once is asked at once."""
    visitors = visitors_of([scope for scope, _slug in arrivals])
    people = {user.pk for user, _key in visitors if user is not None}
    rooms = dict(
        Room.objects.filter(slug__in={slug for _scope, slug in arrivals}).values_list("slug", "pk")
    )
    visible = Room.objects.visible_pairs(rooms.values(), people)
    rooms_of = access_queries.rooms_of(people)
    elsewhere = connection_limits.open_elsewhere(people)

    def visit(user, session_key, scope, slug):
        if user is None or not _is_page_of(user, scope):
            return Visit()
        if (rooms.get(slug), user.pk) not in visible:
            return Visit(user, session_key, language_of(user))
        _theirs, watched = rooms_of[user.pk]
        return Visit(user, session_key, language_of(user), rooms[slug], watched, elsewhere[user.pk])

    return [visit(*visitor, *arrival) for visitor, arrival in zip(visitors, arrivals, strict=True)]


def _is_page_of(user, scope):
    """Return False where the page that connects says that it was drawn for another person.

    Somebody else has logged in since, in the same browser: what the page sends is not theirs.
    """
    drawn_for = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("person")
    return drawn_for is None or drawn_for == [str(user.pk)]


enter = BatchLoader(enter_all)


class FrameBudget:
    """How many frames a socket may send: a burst, then a few a second.

    What comes beyond is not taken, and that is said; who goes on all the same is closed.
    """

    BURST = 60
    A_SECOND = 10
    PATIENCE = 60

    __slots__ = ("_bucket", "_ignored")

    def __init__(self):
        self._bucket = Bucket(self.BURST, self.A_SECOND)
        self._ignored = 0

    def allows(self):
        """Take one frame from the budget; False where nothing is left."""
        if not settings.RATE_LIMITS:
            return True
        allowed = self._bucket.take()
        self._ignored = 0 if allowed else self._ignored + 1
        return allowed

    @property
    def is_overdrawn_anew(self):
        """Say whether the last frame is the first that was not taken."""
        return self._ignored == 1

    @property
    def is_exhausted(self):
        return self._ignored > self.PATIENCE


class Send(NamedTuple):
    """What the composer of one person sent to one room."""

    user_id: int
    room_id: int
    fields: dict


def post_all(sends):
    """Post what came from several composers; return the push that answers each, in their order."""
    memberships = {
        (membership.user_id, membership.room_id): membership
        for membership in Membership.objects.select_related("room", "user").filter(
            user__in={send.user_id for send in sends},
            room__in={send.room_id for send in sends},
            user__is_active=True,
        )
    }
    submissions = submit_all(
        (memberships.get((send.user_id, send.room_id)), send.fields) for send in sends
    )
    return [_answer(submission) for submission in submissions]


def _answer(submission):
    if submission.message is not None:
        return broadcasts.render_sent(submission.form.cleaned_data["nonce"])
    member = submission.membership
    with translation.override(language_of(member.user) if member else translation.get_language()):
        return broadcasts.render_refused(submission.form)


def see(user_id, room_id, fields):
    """Note how far a person has read."""
    form = SeenForm(fields)
    membership = _membership(user_id, room_id)
    if membership is not None and form.is_valid():
        mark_read(membership, form.cleaned_data["seen"])


def type_in(user_id, room_id):
    """Show that a person is typing, where they may write."""
    membership = _membership(user_id, room_id)
    if membership is not None and membership.can_post:
        broadcasts.typing(membership)


def cursor_of(fields):
    """Return the revision that the page says it has seen, or None where that is no number."""
    form = CursorForm(fields)
    return form.cleaned_data["cursor"] if form.is_valid() else None


def _membership(user_id, room_id):
    return (
        Membership.objects.select_related("room", "user")
        .filter(user=user_id, room=room_id, user__is_active=True)
        .first()
    )
