"""Which template is drawn with what: the gallery shows these, and the checks draw them."""

from . import (
    accounts,
    doors,
    messaging,
    moderation,
    notifications,
    operations,
    rooms,
    search,
    site,
    users,
)

PARTS = (
    *(messaging, rooms, search, notifications, moderation),
    *(users, accounts, doors, operations, site),
)


def all_samples():
    """Return every Sample, made anew: forms and windows keep what is done to them."""
    return [sample for part in PARTS for sample in part.samples()]
