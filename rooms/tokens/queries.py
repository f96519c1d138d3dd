"""The rooms that an access token may see."""

from ..models import Membership, Room
from .models import TokenRoom


def rooms_of(token):
    """Return the rooms that the user of `token` may see, or those among them that it works in.

    This is `visible_to` for programs: the API looks up all rooms here.
    """
    rooms = Room.objects.visible_to(token.user)
    if token.is_limited_to_rooms:
        rooms = rooms.filter(pk__in=TokenRoom.objects.filter(token=token).values("room"))
    return rooms


def titles_of(rooms, reader):
    """Return {room id: title} of the queryset `rooms`, all visible to `reader`, in two queries."""
    rooms = list(rooms)
    direct = [room.pk for room in rooms if room.is_direct]
    titles = Membership.objects.titles(reader, direct) if direct else {}
    return {room.pk: titles.get(room.pk) or room.name for room in rooms}


def rooms_to_choose(holder, author):
    """Return [(primary key, title)] of the active rooms that both may see, by title."""
    rooms = Room.objects.visible_to(holder).active()
    if author.pk != holder.pk:
        rooms = rooms.filter(pk__in=Room.objects.visible_to(author))
    named = [(str(pk), title) for pk, title in titles_of(rooms, author).items()]
    return sorted(named, key=lambda choice: choice[1].casefold())
