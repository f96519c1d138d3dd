"""Make access tokens that are limited to rooms."""

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.views.decorators.debug import sensitive_variables

from users.models import Token, User
from users.tokens import actions

from ..models import Room
from .models import TokenRoom


@sensitive_variables("secret")
@transaction.atomic
def make_token(
    user: User,
    name: str,
    scopes: Iterable[str],
    *,
    rooms: Iterable[Room] | None = None,
    expires_at: datetime | None = None,
    names_once: bool = False,
    by: User | None = None,
) -> tuple[Token, str]:
    """Make an access token that works in `rooms` only; None is all that `user` may see.

    Return (token, secret). Raise the exceptions of `users.tokens.actions.make_token`, and
    PermissionDenied for a room that `user` may not see.
    """
    token, secret = actions.make_token(
        user,
        name,
        scopes,
        expires_at=expires_at,
        is_limited_to_rooms=rooms is not None,
        names_once=names_once,
        by=by,
    )
    if rooms is not None:
        wanted = {room.pk for room in rooms}
        visible = Room.objects.visible_to(user).filter(pk__in=wanted)
        if set(visible.values_list("pk", flat=True)) != wanted:
            raise PermissionDenied
        TokenRoom.objects.bulk_create(TokenRoom(token=token, room_id=pk) for pk in sorted(wanted))
    return token, secret
