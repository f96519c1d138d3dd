"""What somebody wrote when their session had ended: kept until they have logged in again.

It waits in the session that they log in to, for the page on which it can be sent; another person
who logs in there never sees it.
"""

from datetime import datetime, timedelta
from types import SimpleNamespace

from django.utils import timezone

from core import rate_limits

from . import kept_forms

KEPT = "kept_words"
LIFE = timedelta(days=1)
LONGEST = 20_000  # letters: a refused text is somewhat longer than a message may be


def keep(request, address):
    """Keep the text of a form that was sent without a session, for the page at `address`.

    Return True if it waits there.
    """
    text = request.POST.get("body", "")
    if not text.strip() or len(text) > LONGEST:
        return False
    if rate_limits.take("kept words", SimpleNamespace(pk=request.META.get("REMOTE_ADDR"))):
        return False
    request.session[KEPT] = {
        "address": address.partition("?")[0],
        "text": text,
        # Whose page it was written on, as far as that is known.
        "person": request.POST.get("person") or kept_forms.person_of(request) or "",
        "at": timezone.now().isoformat(),
    }
    return True


def words_for(request, address, was_sent_since):
    """Return the text that is kept for the page at `address` and its reader, or None.

    `was_sent_since(moment)` says whether they have sent something there since it was kept: then it
    is done with.
    """
    kept = request.session.get(KEPT)
    if not kept or kept["address"] != address or not _is_of(kept, request.user):
        return None
    at = datetime.fromisoformat(kept["at"])
    is_over = timezone.now() - at > LIFE or was_sent_since(at)
    return None if is_over else kept["text"]


def drop_others(request, user):
    """Forget what another person than `user` wrote."""
    kept = request.session.get(KEPT)
    if kept and not _is_of(kept, user):
        del request.session[KEPT]


def _is_of(kept, user):
    return kept["person"] in ("", str(user.pk))
