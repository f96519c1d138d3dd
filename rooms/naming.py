"""Check new names of rooms: taken names, look-alikes and a rate limit."""

from core import rate_limits
from core.text import fold, look_of

from .models import Room


class NameRefused(Exception):
    """A room cannot get this name. `code` is "taken", "alike", "archived" or "too_often".

    With "too_often", `wait` is the number of seconds until the next attempt is allowed.
    """

    def __init__(self, code, wait=0):
        super().__init__(code)
        self.code, self.wait = code, wait


def count_name(user):
    """Count one attempt to create or rename a room. Raise NameRefused if there were too many.

    Without a limit, a user could reserve many names or find hidden rooms by guessing.
    """
    wait = rate_limits.take("room name", user)
    if wait:
        raise NameRefused("too_often", wait)


def refuse_look_alike(user, name, besides=None):
    """Raise NameRefused if `name` looks like the name of a room other than `besides`.

    The code is "alike" only if `user` can see that room. Otherwise it is "taken", the same as for
    the exact name of a room that the user cannot see.
    """
    alike = Room.objects.filter(look_key=look_of(name)).exclude(name_key=fold(name))
    alike = alike.exclude(pk=besides.pk) if besides else alike
    if alike.visible_to(user).exists():
        raise NameRefused("alike")
    if alike.exists():
        raise NameRefused("taken")
