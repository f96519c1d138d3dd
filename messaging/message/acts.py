"""What all acts on messages share: the name of the button that asks for one, and the answer."""

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from django.forms import Form
from django.http import HttpResponse
from django.urls import reverse

from rooms.models import Membership

from .forms import BackForm
from .models import Message
from .rendering import render_message_for

type Act = Callable[[Membership, Message, str], Form | str | None]  # see `messaging.acts`

_NAME = re.compile(r"([a-z]{1,20}):([0-9]{1,18}):(.*)", re.DOTALL)


class Asked(NamedTuple):
    """An act that somebody asked for by pressing the button `verb:message id:rest`."""

    verb: str
    message_id: int
    rest: str


def asked_in(fields: Mapping[str, str]) -> Asked | None:
    """Return the act that a form or a frame asks for by the name of a field, or None."""
    for name in fields:
        match = _NAME.fullmatch(name)
        if match is not None:
            verb, message_id, rest = match.groups()
            return Asked(verb, int(message_id), rest)
    return None


def back_in(fields: Mapping[str, str]) -> str:
    """Return the address of the page, on this site, from which an act came, or ""."""
    form = BackForm(fields)
    return form.cleaned_data["back"] if form.is_valid() else ""


def answer(request, message, membership):
    """Return the updated message to htmx, otherwise redirect to it.

    An act in a page whose `form#act` names an address in `back` leads to the message there,
    otherwise in its room.
    """
    if request.htmx:
        return HttpResponse(render_message_for(request.user, membership, message))
    url = reverse("messaging:message", args=[message.pk])
    back = back_in(request.POST)
    url = f"{back}#message-{message.pk}" if back else url
    return HttpResponse(status=303, headers={"Location": url})
