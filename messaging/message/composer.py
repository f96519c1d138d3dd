"""The composer of a newly opened page."""

from core import throttling
from users.login import kept_text

from ..drafts.actions import keep_draft
from ..drafts.forms import DraftForm
from ..drafts.models import Draft
from .forms import MessageForm, new_nonce


def composer_for(request, room):
    """Return a composer with what the user has not sent: see `kept_text`, and `drafts`."""
    mine = room.messages.filter(author=request.user)
    address = room.get_absolute_url()
    words = kept_text.text_for(request, address, lambda at: mine.filter(created_at__gt=at).exists())
    draft = Draft.objects.of(request.user, room)
    initial = {"nonce": new_nonce(), "body": words or (draft.body if draft else "")}
    return MessageForm(initial=initial | {"draft": draft.key if draft else ""})


def keep_for_later(membership, data):
    """Keep the text of the composer `data` as the member's draft; return the composer.

    It has an error beside its text if this is refused.
    """
    composer, form = MessageForm(data), DraftForm(data)
    composer.full_clean()
    composer.errors.clear()
    if not form.is_valid():
        composer.add_error("body", next(iter(form.errors.as_data().values())))
    elif throttling.allow(composer, "draft", membership.user, field="body"):
        keep_draft(membership, form.cleaned_data["body"], form.key)
    return composer
