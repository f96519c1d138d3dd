"""Count the changes by which users lose access, so that events can be ordered after them.

Deactivations, ended sessions and new passwords affect a user in all rooms and are counted here.
Changes of one room are counted in the room. Every event carries both numbers as of its creation.
See `messaging.live.access_monitor`.
"""

from django.db import transaction
from django.db.models import F, Q, Subquery

from core.queries.together import Statement, run_together

from .. import broadcasts as users_broadcasts
from ..locking import lock_all
from ..models import AccessCount, User

READING = Statement(f"SELECT revision FROM {AccessCount._meta.db_table} WHERE id = 1")


@transaction.atomic
def narrow_access(user_ids):
    """Count that these users lose access, and have their open pages checked after the commit.

    The counter stays locked until the end of the transaction, so that everybody who reads a number
    also sees the changes that it counts. Lock users before it, and rooms after it.
    """
    lock_all(Q(pk__in=user_ids))
    count = AccessCount.objects.filter(pk=1)
    if not count.update(revision=F("revision") + 1):
        AccessCount.objects.bulk_create([AccessCount(pk=1)], ignore_conflicts=True)
        count.update(revision=F("revision") + 1)
    revision = Subquery(count.values("revision"))
    User.objects.filter(pk__in=user_ids).update(access_revision=revision)
    for user_id in user_ids:
        users_broadcasts.access_changed(user_id)


def access_revision():
    """Return how often users have lost access so far.

    Raw SQL, because this runs for every message and the ORM takes ten times as long to build it.
    """
    [rows] = run_together(READING)
    return revision_in(rows)


def revision_in(rows):
    """Return the `access_revision` that these rows of READING are."""
    return rows[0][0] if rows else 0


def narrowed_since(revision):
    """Return the set of ids of the users who have lost access since `revision`."""
    return set(User.objects.filter(access_revision__gt=revision).values_list("pk", flat=True))
