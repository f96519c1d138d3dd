"""The composer of a newly opened page."""

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core import throttling
from users.login import kept_text

from ..attachments import uploads
from ..drafts.actions import keep_draft
from ..drafts.forms import DraftForm, IdField
from ..replies.excerpts import reply_to
from .forms import ComposerForm, new_nonce

_FILES_CANNOT_WAIT = _("Only text can be kept for later. Send the files now, or take them off.")


def composer_for(request, room, draft):
    """Return a composer with what the user has not sent: see `unsent_in`."""
    return composer_with(*unsent_in(request, room, draft))


def composer_with(initial, answered):
    """Return a composer with these `initial` values, and the Reply that it shows as answered."""
    composer = ComposerForm(initial={"nonce": new_nonce(), **initial})
    if answered is not None:
        composer.answered = answered
    return composer


def unsent_in(request, room, draft):
    """Return the initial values of a composer, and the Reply to what it answers, or None.

    That is what the user has not sent: see `kept_text`, and their `draft` in this room, or None.
    """

    def has_written_since(moment):
        return room.messages.filter(author=request.user, created_at__gt=moment).exists()

    words = kept_text.text_for(request, room.get_absolute_url(), has_written_since)
    body = words or (draft.body if draft else "")
    answered = _answered_in(room, request.GET["reply"]) if "reply" in request.GET else None
    if answered is None and draft and not words:
        answered = draft.reply_to
    is_there = answered is not None and not answered.is_deleted
    initial = {"body": body, "draft": draft.key if draft else ""}
    return initial, reply_to(answered) if is_there else None


def show_answered(composer, room):
    """Show again what a `composer` that was sent to `room` answers, if that is there."""
    asked = composer.data.get("reply_to") if composer.is_bound else None
    answered = _answered_in(room, asked) if asked else None
    if answered is not None and not composer.has_error("body", "not_here"):
        composer.answered = reply_to(answered)


def _answered_in(room, asked):
    """Return the message of `room` whose id the text `asked` is, or None."""
    pk = IdField(required=False).clean(asked)
    return room.messages.select_related("author").filter(pk=pk).first() if pk else None


def scheduling_address(room, data):
    """Return the address where the draft that was kept from a composer's `data` is sent later."""
    address = reverse("messaging:schedule", args=[room.slug])
    pk = IdField(required=False).clean(data.get("reply_to"))
    return f"{address}?reply={pk}" if pk else address


def keep_for_later(request, membership):
    """Keep the text of the composer that was sent as the member's draft; return the composer.

    It has an error beside its text if this is refused.
    """
    data = request.POST
    composer, form = ComposerForm(data, request.FILES), DraftForm(data)
    composer.full_clean()
    composer.errors.clear()
    uploads.take(composer, membership)
    if composer.attachments and not composer.has_error("files"):
        composer.add_error("files", ValidationError(_FILES_CANNOT_WAIT, code="cannot_wait"))
    if not form.is_valid():
        composer.add_error("body", next(iter(form.errors.as_data().values())))
    elif not composer.errors and throttling.allow(composer, "draft", membership.user, field="body"):
        asked = form.cleaned_data
        keep_draft(membership, asked["body"], form.key, reply_to=asked["reply_to"])
        kept_text.drop(request, membership.room.get_absolute_url())  # the draft is newer
    return composer
