"""Tasks of files in messages, which `tertulia.background.tasks` runs on schedule."""

from contextlib import suppress

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.tasks import task
from django.utils import timezone

from files.models import UNUSED_KEPT
from rooms.locking import lock_room
from rooms.models import Room

from .models import Attachment


@task
def forget_unsent():
    """Forget what was uploaded and not sent for UNUSED_KEPT; `files.tasks` removes its bytes."""
    unsent = Attachment.objects.filter(
        message=None, is_held=False, blob__created_at__lt=timezone.now() - UNUSED_KEPT
    )
    for room in Room.objects.filter(pk__in=unsent.values("room")):
        with suppress(PermissionDenied), transaction.atomic():  # the room is gone
            lock_room(room)  # it may be sent at this moment
            unsent.filter(room=room).delete()
