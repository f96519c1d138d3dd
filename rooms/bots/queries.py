"""The rooms of a bot, and those into which somebody may put it."""

from ..models import Membership, Room


def rooms_of_bot(bot, reader):
    """Return the memberships of `bot` in rooms that `reader` can see, by name."""
    visible = Room.objects.visible_to(reader)
    memberships = Membership.objects.filter(user=bot, room__in=visible).select_related("room")
    return memberships.exclude(room__kind=Room.Kind.DIRECT).order_by("room__name_key")


def rooms_to_join(bot, reader):
    """Return the rooms into which `reader` may put `bot`: those that its owner can see too."""
    if bot.owner is None:
        return Room.objects.none()
    rooms = Room.objects.visible_to(reader).active().exclude(kind=Room.Kind.DIRECT)
    if bot.owner_id != reader.pk:
        rooms = rooms.filter(pk__in=Room.objects.visible_to(bot.owner))
    rooms = rooms.exclude(memberships__user=bot)
    if reader.is_administrator:
        return rooms
    managed = Membership.objects.filter(
        user=reader, role__in=(Membership.Role.OWNER, Membership.Role.MODERATOR)
    )
    return rooms.filter(kind=Room.Kind.OPEN) | rooms.filter(pk__in=managed.values("room"))
