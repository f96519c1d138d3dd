"""Find messages by their files: by the kind of one, or by its name.

The rows of files are looked through, not an index of words; what is deleted has no row.
"""

from django.db.models import Q

from core.text import search_key
from files.models import Blob

from ..attachments.models import Attachment
from .index import holding
from .pieces import SHORTEST

# What has: may be followed by, and the kinds of files that this is.
KINDS_OF = {
    "file": Blob.Kind.values,
    "picture": [Blob.Kind.PICTURE],
    "video": [Blob.Kind.VIDEO],
    "audio": [Blob.Kind.AUDIO],
}
_BEGINNINGS = ("", " ", ".", "-", "_", "(")


def having_files(messages, things):
    """Filter the queryset `messages` to those with a file of each of `things`, keys of KINDS_OF."""
    for thing in things:
        files = _SENT.filter(blob__kind__in=KINDS_OF[thing]) if thing != "file" else _SENT
        messages = messages.filter(pk__in=files.values("message"))
    return messages


def newest_named(messages, terms, tags, count, before=None):
    """Return the newest of `messages` with a file whose name has all `terms`; see `newest_holding`.

    What somebody looks for is then in one name: not partly there and partly in the text.
    """
    named = Q()
    for term in terms:
        named &= _is_named(term)
    if not terms:
        return []
    if before is not None:
        messages = messages.filter(pk__lt=before)
    found = holding(messages, [], tags) if tags else messages
    found = found.filter(pk__in=_SENT.filter(named).values("message"))
    return list(found.order_by("-pk")[:count])


_SENT = Attachment.objects.filter(message__isnull=False, is_removed=False).order_by()


def _is_named(term):
    """Return the condition that the name of a file has `term`.

    A word of one or two letters is the beginning of a word, as in texts.
    """
    condition = Q()
    for part in [term.typed] if term.is_quoted or term.signed else term.words:
        key = search_key(part)
        if len(key) >= SHORTEST or not key.isalnum():
            condition &= Q(name_key__contains=key)
        else:
            begins = Q(name_key__startswith=key)
            for sign in _BEGINNINGS[1:]:
                begins |= Q(name_key__contains=sign + key)
            condition &= begins
    return condition
