"""The background task that ends what moderators may need."""

from django.tasks import task
from django.utils import timezone

from ..versions.actions import forget_versions as forget
from ..versions.models import VERSIONS_KEPT
from .models import Report


@task
def forget_versions() -> None:
    """Delete earlier texts of messages that were replaced VERSIONS_KEPT ago. Runs every hour.

    Those of a message with an open report stay.
    """
    reported = Report.objects.open().values("message")
    forget(before=timezone.now() - VERSIONS_KEPT, kept=reported)
