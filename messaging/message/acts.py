"""The answer to an act on a message."""

from django.http import HttpResponse
from django.urls import reverse

from .forms import BackForm
from .rendering import render_message_for


def answer(request, message, membership):
    """Return the updated message to htmx, otherwise redirect to it.

    An act in a page whose `form#act` names an address in `back` leads to the message there,
    otherwise in its room.
    """
    if request.htmx:
        return HttpResponse(render_message_for(request.user, membership, message))
    form = BackForm(request.POST)
    back = form.cleaned_data["back"] if form.is_valid() else ""
    url = (
        f"{back}#message-{message.pk}" if back else reverse("messaging:message", args=[message.pk])
    )
    return HttpResponse(status=303, headers={"Location": url})
