"""The background task that posts what is due."""

import logging

from django.tasks import task
from django.utils import timezone

from .actions import note_error, post_scheduled
from .models import Scheduled

logger = logging.getLogger(__name__)

AT_ONCE = 500  # messages of one run; the next run follows in seconds


@task
def post_due() -> None:
    """Post the messages that are due. An error with one does not stop the others."""
    for scheduled in list(Scheduled.objects.due(timezone.now()).select_related("room")[:AT_ONCE]):
        try:
            post_scheduled(scheduled)
        except Exception as error:
            logger.exception(
                "A scheduled message could not be posted: %r",
                error,
                extra={"event": "scheduled.failed", "fields": {"scheduled": scheduled.pk}},
            )
            note_error(scheduled)
