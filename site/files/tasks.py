"""Tasks of files, which `tertulia.background.tasks` runs on schedule."""

from contextlib import suppress

from django.conf import settings
from django.tasks import task
from django.utils import timezone

from . import stores
from .actions import forget
from .models import UNUSED_KEPT, Blob

ORPHANS_AT_ONCE = 500  # of one store, in one run


@task
def forget_orphans() -> None:
    """Remove the files that nothing uses any more, and those that nothing used for UNUSED_KEPT.

    A store that does not answer keeps no other from being swept; the next run tries it again.
    """
    orphans = Blob.objects.orphans(before=timezone.now() - UNUSED_KEPT)
    for store in orphans.values_list("stored_in", flat=True).distinct().order_by():
        keys = orphans.filter(stored_in=store).values_list("pk", flat=True)
        with suppress(stores.Unavailable):  # logged
            forget(keys[:ORPHANS_AT_ONCE])


@task
def forget_incoming() -> None:
    """Remove what processes that were killed have left half written in the folder of files."""
    stores.Folder(settings.FILES_FOLDER).remove_incoming()
