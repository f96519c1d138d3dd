"""The picture of a preview, for those who see its message; and the removal of a preview."""

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from core import throttling
from core.views import require
from files.models import Blob
from files.responses import answer as answer_with

from ..message.access import message_and_membership
from ..message.acts import answer
from ..message.models import Message
from .actions import can_remove_preview, remove_preview
from .snapshots import KEY


@require_safe
def picture(request, pk, key):
    """Send the picture; it has one address per message, so that access to the message decides."""
    messages = Message.objects.visible_to(request.user).filter(deleted_at=None)
    extras = get_object_or_404(messages.values_list("extras", flat=True), pk=pk)
    shown = extras.get(KEY, {}).get("picture")
    if not shown or shown["key"] != key:
        raise Http404
    return answer_with(request, get_object_or_404(Blob, pk=key), "preview.webp")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@throttling.limited("delete")
def remove(request, pk):
    message, membership = message_and_membership(request, pk)
    require(can_remove_preview(membership, message))

    if request.method == "POST":
        remove_preview(message, by=request.user)
        return answer(request, message, membership)

    if KEY not in message.extras:
        raise Http404
    name = "_remove" if request.htmx else "remove"
    page = {"message": message, "room": message.room}
    return render(request, f"messaging/previews/{name}.html", page)
