"""The bytes of files, for tokens that may see their room."""

from functools import partial

from django.shortcuts import get_object_or_404

from files.responses import answer
from messaging.attachments.models import Attachment
from rooms.tokens.queries import rooms_of
from users.models import Token

from .authentication import program
from .problems import problem


@program("read")
def file(request, key, name):
    """Send a file, or a range of it. `name` can be any: it is for programs that save the file."""
    attachment = get_object_or_404(files_of(request.token).select_related("blob"), blob=key)

    is_allowed = partial(can_still_read, request.token.pk, attachment.pk)
    return answer(request, attachment.blob, attachment.name, is_allowed=is_allowed, refuse=problem)


def files_of(token):
    """Return the Attachments that `token` may read."""
    return Attachment.objects.visible_to(token.user).filter(room__in=rooms_of(token))


def can_still_read(token_id, attachment_id):
    """Return True if the token can still be used and may read the file."""
    token = Token.objects.usable().select_related("user").filter(pk=token_id).first()
    return token is not None and files_of(token).filter(pk=attachment_id).exists()
