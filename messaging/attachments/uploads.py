"""Store what a composer has uploaded, until it is sent.

A file is stored even if the composer has other errors, so that nobody uploads it twice: the page
shows it again, and names it in the field `kept`. What is never sent is removed: see `tasks`.
"""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any, BinaryIO

from django.conf import settings
from django.core.exceptions import ValidationError
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from core import rate_limits, throttling
from files import actions as files
from files.limits import require_share
from files.names import clean_name, named_for
from files.stores import Unavailable
from rooms.models import Membership

from .forms import REFUSED
from .models import MAX_FILES, Attachment

rate_limits.define("upload", count=60, seconds=600)

_SENTENCES = {
    "empty": _("%(name)s is empty."),
    "too_large": _("%(name)s is too large: a file can have %(limit)s."),
    "unavailable": _("%(name)s could not be stored. Please try again later."),
    "full": _(
        "There is no room left for %(name)s: the files of this workspace take all its space."
    ),
    "own_full": _("%(name)s has no room: your files take all your space."),
}
_TOO_MANY = _("A message can have at most %(limit)d files.")

type Form = Any  # one with FilesFormMixin


def take(form: Form, membership: Membership) -> None:
    """Store the files of a cleaned `form` and set `form.attachments`, those kept before first.

    What cannot be stored is an error of its field `files`.
    """
    asked = form.cleaned_data
    waiting = Attachment.objects.waiting(membership.user, membership.room)
    kept = {attachment.blob_id: attachment for attachment in waiting.filter(blob__in=asked["kept"])}
    form.attachments = [kept[key] for key in asked["kept"] if key in kept]
    new = asked["files"]
    if asked["refused"]:
        form.add_error("files", _refusal(asked["refused"]))
    if len(form.attachments) + len(new) > MAX_FILES:
        limit = {"limit": MAX_FILES}
        form.add_error("files", ValidationError(_TOO_MANY, code="too_many", params=limit))
        new = new[: max(0, MAX_FILES - len(form.attachments))]
    form.attachments += _store(form, membership, new)


def _store(form: Form, membership: Membership, new: list[Any]) -> Iterator[Attachment]:
    alts = [*form.cleaned_data["alt"], *[""] * len(new)]
    for upload, alt in zip(new, alts, strict=False):
        if not throttling.allow(form, "upload", membership.user, field="files"):
            return
        name = clean_name(upload.name)
        try:
            yield _keep(upload.file, name, form.cleaned_data["as_it_is"], membership, alt)
        except files.Refused as refused:
            form.add_error("files", error_of(refused.code, name))


def _keep(
    file: BinaryIO, name: str, as_it_is: bool, membership: Membership, alt: str
) -> Attachment:
    """Store a file of a member, who may have FILES_SHARE; raise files.Refused and keep nothing.

    It is counted again when it is stored, because others may be stored at the same time.
    """
    owner = membership.user
    own = Attachment.objects.filter(owner=owner)
    require_share(own.stored_bytes() + 1)
    blob = files.keep(file, name, as_it_is)
    name = named_for(name, blob.content_type)
    attachment = Attachment.objects.create(
        blob=blob, owner=owner, room=membership.room, name=name, alt=alt
    )
    try:
        require_share(own.stored_bytes())
    except files.Refused:
        attachment.delete()
        with suppress(Unavailable):  # else it is an orphan
            files.forget([blob.pk])
        raise
    return attachment


def _refusal(reason: str) -> ValidationError:
    size = {"size": filesizeformat(settings.FILES_LIMIT)}
    return ValidationError(REFUSED[reason][1], code=reason, params=size)


def error_of(code: str, name: str) -> ValidationError:
    """Return the error that the file `name` is refused for the reason `code`."""
    limit = filesizeformat(settings.FILES_LIMIT)
    return ValidationError(_SENTENCES[code], code=code, params={"name": name, "limit": limit})
