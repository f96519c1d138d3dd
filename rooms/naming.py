"""Why a room cannot have a name, and how often somebody may try a new one."""

from core import rate_limits
from core.text import fold, look_of

from .models import Room


class NameRefused(Exception):
    """A name that cannot be had. `code` is "taken", "alike", "archived" or "too_often".

    `wait` says for how many seconds it was too often.
    """

    def __init__(self, code, wait=0):
        super().__init__(code)
        self.code, self.wait = code, wait


def count_name(user):
    """Count one try for a new name: it takes others' names, and could be used to guess them.

    Raises NameRefused.
    """
    wait = rate_limits.take("room name", user)
    if wait:
        raise NameRefused("too_often", wait)


def refuse_look_alike(user, name, besides=None):
    """Raise NameRefused if `name` looks like another one, of a room other than `besides`.

    Only of a room that `user` can see is the reason told; the answer is "taken" otherwise, as for
    the very name of a room that one does not see.
    """
    alike = Room.objects.filter(look_key=look_of(name)).exclude(name_key=fold(name))
    alike = alike.exclude(pk=besides.pk) if besides else alike
    if alike.visible_to(user).exists():
        raise NameRefused("alike")
    if alike.exists():
        raise NameRefused("taken")
