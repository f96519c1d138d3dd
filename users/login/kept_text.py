"""Keep the text of a message that was sent after its session had ended, until the next login.

The text is kept in the new session and shown in the composer of its page. Another user who logs in
with the same browser never sees it.
"""

from datetime import datetime, timedelta

from django.utils import timezone

from . import kept_forms

KEPT = "kept_words"
LIFE = timedelta(days=1)
MAX_LENGTH = 20_000  # characters; more than a message may have, so that a refused text is kept too


def keep(request, address):
    """Keep the text of a form that was sent without a session, for the page at `address`.

    Return True if it was kept.
    """
    text = request.POST.get("body", "")
    if not text.strip() or len(text) > MAX_LENGTH or kept_forms.is_too_often(request):
        return False
    request.session[KEPT] = {
        "address": address.partition("?")[0],
        "text": text,
        # The user whose page it was written on, or "" if unknown.
        "person": request.POST.get("person") or kept_forms.person_of(request) or "",
        "at": timezone.now().isoformat(),
    }
    return True


def text_for(request, address, was_sent_since):
    """Return the text kept for the page at `address` and its user, or None.

    `was_sent_since(time)` returns True if the user has sent a message there since then. In this
    case the text is no longer needed.
    """
    kept = request.session.get(KEPT)
    if not kept or kept["address"] != address or not _is_of(kept, request.user):
        return None
    at = datetime.fromisoformat(kept["at"])
    is_over = timezone.now() - at > LIFE or was_sent_since(at)
    return None if is_over else kept["text"]


def drop(request, address):
    """Delete the text kept for the page at `address`, which is needed no longer."""
    if (request.session.get(KEPT) or {}).get("address") == address:
        del request.session[KEPT]


def drop_others(request, user):
    """Delete a kept text that is not from `user`."""
    kept = request.session.get(KEPT)
    if kept and not _is_of(kept, user):
        del request.session[KEPT]


def _is_of(kept, user):
    return kept["person"] in ("", str(user.pk))
