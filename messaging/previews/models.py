"""The previews of messages, and what was fetched lately."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from ..followups.links import MAX_URL
from ..message.models import Message

MAX_TITLE, MAX_DESCRIPTION, MAX_SITE = 200, 300, 60  # characters


class Page(models.Model):
    """What a page says of itself. All of it is plain text."""

    url = models.CharField(max_length=MAX_URL)
    title = models.CharField(max_length=MAX_TITLE, blank=True)
    description = models.CharField(max_length=MAX_DESCRIPTION, blank=True)
    site = models.CharField(max_length=MAX_SITE, blank=True)

    class Meta:
        abstract = True

    def __str__(self):
        return self.url


class FetchedLink(Page):
    """A page as it was fetched, or the failure to; kept for a day, so that it is asked once."""

    url_hash = models.CharField(max_length=64, unique=True)
    # Its picture, drawn anew by us; previews share it.
    picture = models.ForeignKey(
        "files.Blob", on_delete=models.SET_NULL, null=True, related_name="fetched_links"
    )
    fetched_at = models.DateTimeField(default=timezone.now, db_index=True)
    is_failed = models.BooleanField(default=False)


class PreviewQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Return the previews that `user` sees below a message."""
        messages = Message.objects.visible_to(user).filter(deleted_at__isnull=True)
        return self.filter(is_removed=False, message__in=messages)


class Preview(Page):
    """The preview of a message. One that was removed stays, so that it does not come back.

    What the fragment shows of it is in `Message.extras["preview"]`: see `snapshots`.
    """

    ends_with_message = Q()

    message = models.OneToOneField(
        Message, on_delete=models.CASCADE, primary_key=True, related_name="preview"
    )
    picture = models.ForeignKey(
        "files.Blob", on_delete=models.SET_NULL, null=True, related_name="previews"
    )
    is_removed = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)

    objects = PreviewQuerySet.as_manager()
