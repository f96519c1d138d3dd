"""Create a room from the form for new rooms."""

from django.db import IntegrityError

from core.text import fold
from users.models import User

from ..actions import Choice, create_room
from ..models import Room
from ..naming import NameRefused, count_name, refuse_look_alike


def create_new_room(user: User, name: str, kind: Choice, topic: str = "") -> Room:
    """Create a room of this name, which must be free. Return the room.

    Raise NameRefused if the name cannot be used, with the code "exists" only if `user` can see the
    room that has it.
    """
    count_name(user)
    if Room.objects.visible_to(user).filter(name_key=fold(name)).exists():
        raise NameRefused("exists")
    refuse_look_alike(user, name)
    try:
        return create_room(user, name, kind, topic)
    except IntegrityError as error:  # hidden, or created at the same time
        raise NameRefused("taken") from error
