"""Count the changes after which somebody may read less, so that an event says what it follows.

A deactivation, the end of a session and a new password are about a person, wherever they read: they
are counted here. What is about one room is counted in the room. Every event carries both numbers,
as they were when it was made: see `messaging.live.access_monitor`.
"""

from django.db import connection, transaction
from django.db.models import F, Q, Subquery

from .. import broadcasts as users_broadcasts
from ..locking import lock_all
from ..models import AccessCount, User

_REVISION = f"SELECT revision FROM {AccessCount._meta.db_table} WHERE id = 1"


@transaction.atomic
def narrow_access(user_ids):
    """Count that these people may read less, and have their open pages checked after the commit.

    The count stays locked to the end of the transaction: whoever sees a number also sees every
    change that it counts. People are locked before it, rooms after it.
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
    """Return how often anybody has lost the right to read, wherever they were.

    Asked with every message: by hand, as the ORM takes ten times as long to put the question.
    """
    with connection.cursor() as cursor:
        cursor.execute(_REVISION)
        row = cursor.fetchone()
    return row[0] if row else 0


def narrowed_since(revision):
    """Return the ids of the people who have lost the right to read since `revision`."""
    return set(User.objects.filter(access_revision__gt=revision).values_list("pk", flat=True))
