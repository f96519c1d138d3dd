"""Look up access tokens, and note that they are used."""

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from core import read_only

from ..links.models import hash_token
from .models import Token
from .tokens import looks_valid

USED_EVERY = timedelta(minutes=10)
_MOMENTS = ("created_at", "expires_at", "used_at", "revoked_at")


@sensitive_variables("text")
def token_for(text):
    """Return the Token that `text` is, with its `user` and their `owner`, or None.

    None if it is unknown, revoked, expired, or of somebody deactivated. This takes one query, and
    none if the checksum is wrong.
    """
    if not looks_valid(text):
        return None
    tokens = Token.objects.usable().select_related("user__owner")
    return tokens.filter(token_hash=hash_token(text)).first()


def usable_among(token_ids):
    """Return the set of those of these ids whose tokens can be used now, in one query."""
    return set(Token.objects.usable().filter(pk__in=token_ids).values_list("pk", flat=True))


def note_use(token, address):
    """Store when and from which IP address `token` is used, at most every USED_EVERY.

    Do nothing in a read-only request.
    """
    now = timezone.now()
    if read_only.is_active() or (token.used_at and token.used_at > now - USED_EVERY):
        return
    stale = Q(used_at=None) | Q(used_at__lte=now - USED_EVERY)
    Token.objects.filter(stale, pk=token.pk).update(used_at=now, used_from=str(address or "")[:45])


def represent_tokens(person):
    """Return the tokens of `person` as JSON types, without anything that opens the API."""
    tokens = [
        {
            "name": token.name,
            "start": token.start,
            "scopes": token.scopes.split(),
            **{name: _moment(getattr(token, name)) for name in _MOMENTS},
            "used_from": token.used_from or None,
        }
        for token in Token.objects.filter(user=person).order_by("pk")
    ]
    return {"tokens": tokens} if tokens else {}


def _moment(value):
    return value and value.isoformat()
