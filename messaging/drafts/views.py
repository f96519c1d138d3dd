"""Keep what somebody is writing, while they write."""

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from core import rate_limits, throttling
from rooms.access import require, room_and_membership

from .actions import keep_draft
from .forms import DraftForm


@require_POST
def draft(request, slug):
    """Keep the draft: 204, or 409 if there is a newer one."""
    _room, membership = room_and_membership(request, slug)
    require(membership and membership.can_post)
    form = DraftForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=422)
    if wait := rate_limits.take_often("draft", request.user):
        return throttling.refusal(request, wait)

    body, age, reply_to = (form.cleaned_data[name] for name in ("body", "age", "reply_to"))
    is_kept = keep_draft(membership, body, form.key, age, reply_to)
    return HttpResponse(status=204 if is_kept else 409)
