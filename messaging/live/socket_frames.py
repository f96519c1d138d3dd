"""What a socket's frames do: the same forms and actions as the pages, asked anew at every frame."""

from typing import NamedTuple
from urllib.parse import parse_qs

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.utils import translation

from core.batching import BatchLoader
from core.rate_limits import Bucket
from rooms.actions import mark_read
from rooms.models import Membership, Room
from users.languages import language_of
from users.sessions.socket_auth import visitors_of

from ..message import actions, broadcasts, throttle
from ..message.forms import CursorForm, MessageForm, SeenForm
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
    answers, drafts = {}, {}
    for number, send in enumerate(sends):
        membership = memberships.get((send.user_id, send.room_id))
        form, refusal = _look_at(membership, send.fields)
        if refusal is not None:
            answers[number] = refusal
        else:
            draft = actions.Draft(membership.user, **form.cleaned_data)
            drafts.setdefault(membership.room_id, {})[number] = (membership.room, draft)
    for posted in drafts.values():
        room = next(iter(posted.values()))[0]
        refused = _post(room, {number: draft for number, (_room, draft) in posted.items()})
        for number, (_room, draft) in posted.items():
            answers[number] = broadcasts.render_sent(draft.nonce)
            if number in refused:
                answers[number] = _refuse_now(sends[number])
    return [answers[number] for number in range(len(sends))]


def _post(room, drafts):
    """Post {number: Draft}; return the numbers of those whose authors lost the right meanwhile."""
    try:
        actions.post_messages(room, list(drafts.values()), by_members=True)
    except PermissionDenied:
        if len(drafts) == 1:
            return set(drafts)
        return {n for number, draft in drafts.items() for n in _post(room, {number: draft})}
    return set()


def _refuse_now(send):
    """Return the push that says why somebody may not write, as it is at this moment."""
    form, membership = MessageForm(send.fields), _membership(send.user_id, send.room_id)
    return _lost_right(form, membership) or broadcasts.render_refused(form, "not_stored")


def _look_at(membership, fields):
    """Return (form, None) where the text may be posted, else (form, the push that says why not)."""
    form = MessageForm(fields)
    lost = _lost_right(form, membership)
    if lost is not None:
        return form, lost
    with translation.override(language_of(membership.user)):
        if not (form.is_valid() and throttle.lets(form, membership)):
            return form, broadcasts.render_refused(form)
    return form, None


def _lost_right(form, membership):
    """Return the push that says why the person of `membership` may not write; None if they may."""
    if membership is None:
        return broadcasts.render_refused(form, "not_member")
    if membership.can_post:
        return None
    with translation.override(language_of(membership.user)):
        reason = "muted" if membership.is_muted else "archived"
        return broadcasts.render_refused(form, reason)


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
