"""The composer of a newly opened page."""

from users.login import kept_text

from .forms import MessageForm, new_nonce


def composer_for(request, room):
    """Return an empty composer, or one with the text that was unsent at the session's end."""
    mine = room.messages.filter(author=request.user)
    address = room.get_absolute_url()
    words = kept_text.text_for(request, address, lambda at: mine.filter(created_at__gt=at).exists())
    return MessageForm(initial={"nonce": new_nonce(), "body": words})
