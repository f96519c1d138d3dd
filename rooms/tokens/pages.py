"""The page of the access tokens of a person or a bot: their list, and the form of a new one."""

from django.shortcuts import render
from django.views.decorators.debug import sensitive_variables

from core import rate_limits, throttling
from core.views import sent, status_of
from users.models import Token
from users.tokens.actions import NameUsed

from ..models import Room
from .actions import make_token
from .forms import TokenForm
from .queries import rooms_to_choose, titles_of

rate_limits.define("token", count=20, seconds=3600)


@sensitive_variables("secret")
def answer_tokens(request, holder):
    """Make the token that the form asks for, or show the tokens of `holder`.

    Only this response can show the secret, because only its hash is stored. It must not be cached.
    """
    rooms = rooms_to_choose(holder, request.user)
    form = TokenForm(holder, rooms, sent(request))
    if form.is_valid() and throttling.allow(form, "token", request.user, field="name"):
        try:
            token, secret = make_token(holder, names_once=True, by=request.user, **form.token())
        except NameUsed:
            form.refuse_name()
        else:
            return _page(request, TokenForm(holder, rooms), new=token, secret=secret)

    return throttling.answer(form, _page(request, form))


@sensitive_variables("secret")
def _page(request, form, new=None, secret=""):
    page = {
        "holder": form.holder,
        "form": form,
        "tokens": _tokens_of(form.holder, request.user),
        "new": new,
        "secret": secret,
    }
    return render(request, "rooms/tokens/tokens.html", page, status=status_of(form))


def _tokens_of(holder, reader):
    """Return the usable tokens of `holder`; each has in `titles` the rooms to which it is limited.

    The title of a room that `reader` cannot see is None.
    """
    tokens = list(Token.objects.usable().filter(user=holder).prefetch_related("token_rooms"))
    limits = {token: [row.room_id for row in token.token_rooms.all()] for token in tokens}
    wanted = {room_id for room_ids in limits.values() for room_id in room_ids}
    rooms = Room.objects.visible_to(reader).filter(pk__in=wanted) if wanted else []
    titles = titles_of(rooms, reader)
    for token, room_ids in limits.items():
        token.titles = [titles.get(room_id) for room_id in room_ids]
    return tokens
