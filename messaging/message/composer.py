"""The composer of a newly opened page."""

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core import throttling
from users.login import kept_text

from ..attachments import uploads
from ..drafts.actions import keep_draft
from ..drafts.forms import DraftForm, IdField
from ..drafts.models import Draft
from ..replies.excerpts import reply_to
from .forms import ComposerForm, new_nonce

_FILES_CANNOT_WAIT = _("Only text can be kept for later. Send the files now, or take them off.")


def composer_for(request, room):
    """Return a composer with what the user has not sent: see `kept_text`, and `drafts`."""
    mine = room.messages.filter(author=request.user)
    address = room.get_absolute_url()
    words = kept_text.text_for(request, address, lambda at: mine.filter(created_at__gt=at).exists())
    draft = Draft.objects.of(request.user, room)
    initial = {"nonce": new_nonce(), "body": words or (draft.body if draft else "")}
    composer = ComposerForm(initial=initial | {"draft": draft.key if draft else ""})
    answered = _answered_in(room, request.GET["reply"]) if "reply" in request.GET else None
    if answered is None and draft and not words:
        answered = draft.reply_to
    if answered is not None and not answered.is_deleted:
        composer.answered = reply_to(answered)
    return composer


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
