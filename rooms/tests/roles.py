"""Change roles and read the log."""

from rooms.actions import join_room
from users.audit import AuditEntry
from users.models import User


def make(room, user, role):
    join_room(room, user)
    room.memberships.filter(user=user).update(role=role)


def logged():
    """Return the log, oldest first, as (who, what, whom)."""
    people = {None: None} | dict(User.objects.values_list("pk", "username"))
    entries = AuditEntry.objects.order_by("pk").values_list("actor", "act", "person")
    return [(people[actor], act, people[person]) for actor, act, person in entries]
