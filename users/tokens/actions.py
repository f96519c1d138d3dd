"""All actions on access tokens. Each saves in one transaction, then ends the open streams."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.views.decorators.debug import sensitive_variables

from core.views import require

from ..access.revision import narrow_access
from ..audit import Act, record
from ..links.models import hash_token
from ..locking import lock_people, require_active, require_owner
from ..models import User
from .models import SCOPES, Token
from .tokens import START_LETTERS, new_token


class NameUsed(Exception):
    """The holder has a token of this name, perhaps because the form was sent twice."""


@sensitive_variables("secret")
@transaction.atomic
def make_token(
    user: User,
    name: str,
    scopes: Iterable[str],
    *,
    expires_at: datetime | None = None,
    is_limited_to_rooms: bool = False,
    names_once: bool = False,
    by: User | None = None,
) -> tuple[Token, str]:
    """Make an access token of `user`, a person or a bot. Return (token, secret).

    Only its hash is stored, so the secret can be shown once. Without `expires_at` it never ends.
    The rooms of one that is limited to rooms are stored by `rooms.tokens.actions.make_token`. Raise
    PermissionDenied if `by` is not (or no longer) `user` or, of a bot, its owner or an
    administrator, or if `user` or the owner was deactivated. None skips the check of `by`. If it
    `names_once`, raise NameUsed if a token of theirs that works has this name.
    """
    _lock_holder(user, by)
    if names_once and Token.objects.usable().filter(user=user, name=name).exists():
        raise NameUsed
    secret, wanted = new_token(), set(scopes)
    token = Token.objects.create(
        user=user,
        name=name,
        scopes=" ".join(scope for scope in SCOPES if scope in wanted),
        expires_at=expires_at,
        is_limited_to_rooms=is_limited_to_rooms,
        token_hash=hash_token(secret),
        start=secret[:START_LETTERS],
    )
    record(Act.TOKEN_MADE, by, person=user, detail=f"{name} ({token.scopes})")
    return token, secret


@transaction.atomic
def revoke_token(token: Token, by: User | None = None) -> None:
    """Revoke a token and end its open streams; do nothing if it was revoked already.

    Raise PermissionDenied if `by` is neither its user, nor the owner of its bot, nor an
    administrator, or no longer is.
    """
    if by is not None:
        people = lock_people(token.user, by)
        current = require_active(by, people)
        require(current.is_administrator or _may_hold(current, people[token.user_id]))
    if Token.objects.filter(pk=token.pk).revoke():
        narrow_access([token.user_id])
        record(Act.TOKEN_REVOKED, by, person=token.user, detail=token.name)


@transaction.atomic
def revoke_all_tokens(user: User) -> None:
    """Revoke all tokens of `user` as themselves, and end their open streams."""
    lock_people(user)
    count = Token.objects.usable().filter(user=user).count()
    if Token.objects.filter(user=user).revoke():
        narrow_access([user.pk])
        record(Act.TOKEN_REVOKED, user, person=user, detail=str(count))


def _lock_holder(user: User, by: User | None) -> User:
    """Lock `user`, their owner and `by`. Return the current `user`.

    Raise PermissionDenied as `make_token` says.
    """
    people = lock_people(user, user.owner, by)
    holder = require_active(user, people)
    if holder.is_bot:
        require_owner(holder, people)
    if by is not None:
        require(_may_hold(require_active(by, people), holder))
    return holder


def _may_hold(person: User, holder: User) -> bool:
    """Return True if `person` may make and revoke the tokens of `holder`: see `make_token`."""
    if holder.is_bot:
        return person.pk == holder.owner_id or person.is_administrator
    return person.pk == holder.pk
