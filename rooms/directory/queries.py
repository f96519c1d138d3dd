"""The rooms of the directory."""

from django.db.models import Exists, OuterRef, Subquery

from core.text import has_words

from ..models import Membership, Room


def listed_rooms(user, is_archived, words=""):
    """Return the rooms of the directory for `user`: open rooms, and their own closed ones.

    Each has `member_count`, `is_mine` and `active_at`, when its last message was posted (or None).
    `words` are searched for in names and topics, whatever their case and accents.
    """
    visible = Room.objects.visible_to(user).exclude(kind=Room.Kind.DIRECT)
    rooms = visible.archived() if is_archived else visible.active()
    if words:
        rooms = rooms.filter(pk__in=_with(words, rooms))
    mine = Membership.objects.filter(room=OuterRef("pk"), user=user)
    return rooms.with_member_counts().annotate(is_mine=Exists(mine), active_at=_last_message())


def _with(words, rooms):
    texts = rooms.values_list("pk", "name", "topic")
    return [pk for pk, name, topic in texts if has_words(f"{name} {topic}", words)]


def _last_message():
    messages = Room._meta.get_field("messages").related_model.objects
    last = messages.filter(room=OuterRef("pk"), position=OuterRef("last_position"))
    return Subquery(last.order_by().values("created_at")[:1])
