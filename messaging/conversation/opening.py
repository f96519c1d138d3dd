"""The query that opens the page of a room: the room, the reader's membership and their draft."""

from django.db.models import (
    BooleanField,
    Case,
    Exists,
    ExpressionWrapper,
    FilteredRelation,
    Q,
    When,
)
from django.http import Http404

from core.queries.prepared import Prepared
from rooms.models import Room
from rooms.sidebar.visits import was_elsewhere
from rooms.titles.names import all_names
from users.models import User

from ..message.models import Message


def _opened(user, slug):
    user = User(pk=user)
    is_direct = Q(kind=Room.Kind.DIRECT)
    names = {"room": "pk", "user": user}
    elsewhere = was_elsewhere(user, "mine__visited_at")
    return (
        Room.objects.visible_to(user)
        .with_member_counts()
        .filter(slug=slug)
        .annotate(
            mine=FilteredRelation("memberships", condition=Q(memberships__user=user)),
            was_elsewhere=ExpressionWrapper(elsewhere, BooleanField()),
            other_names=Case(When(is_direct, then=all_names(**names))),
            deactivated_names=Case(When(is_direct, then=all_names(**names, user__is_active=False))),
            has_written=Exists(Message.objects.filter(author=user)),
        )
        .select_related("mine__draft")
    )


_OPENED = Prepared(_opened, user=int, slug=str)
# What is annotated to the room, because a query has one model, and belongs to the membership.
_OF_MEMBERSHIP = ("was_elsewhere", "other_names", "deactivated_names")


def opened_room(request, slug):
    """Return what is found of the room `slug` for who is logged in, who is no bot, in one query.

    Raise Http404 if they cannot see it.
    """
    found = _OPENED.run(user=request.user.pk, slug=slug)
    if not found.rows:
        raise Http404
    return found


def parts_of(found, user):
    """Return (room, membership or None, draft or None) of what `opened_room` has found.

    The room has `has_written`: whether `user` has written anything anywhere.
    """
    room = found.first()
    membership = getattr(room, "mine", None)
    if membership is None:
        return room, None, None
    membership.room, membership.user = room, user
    for name in _OF_MEMBERSHIP:
        setattr(membership, name, getattr(room, name))
    draft = getattr(membership, "draft", None)
    return room, membership, draft if draft and draft.body else None
