"""Why a room cannot have a name, and how often somebody may try a new one."""

from users import limits


class NameRefused(Exception):
    """A name that cannot be had. `code` is "taken", "archived" or "too_often".

    `wait` says for how many seconds it was too often.
    """

    def __init__(self, code, wait=0):
        super().__init__(code)
        self.code, self.wait = code, wait


def count_name(user):
    """Count one try for a new name: it takes others' names, and could be used to guess them.

    Raises NameRefused.
    """
    wait = limits.take("room name", user)
    if wait:
        raise NameRefused("too_often", wait)
