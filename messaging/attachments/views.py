"""The bytes of files, for those who may open them."""

from functools import partial

from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from files.responses import answer
from users.sessions.visits import visit_of

from .models import Attachment
from .queries import can_still_open


@require_safe
def file(request, key, name):
    """Send the file. `name` can be any: it is for programs that save it under that name."""
    return send(request, key)


@require_safe
def small(request, key):
    return send(request, key, small=True, blob__small_size__gt=0)


def send(request, key, small=False, **conditions):
    attachments = Attachment.objects.visible_to(request.user).select_related("blob")
    attachment = get_object_or_404(attachments, blob=key, **conditions)

    is_allowed = partial(can_still_open, attachment.pk, visit_of(request))
    return answer(request, attachment.blob, attachment.name, small, is_allowed)
