"""The files in a composer, and what is said of them."""

import re

from django import forms
from django.utils.translation import gettext_lazy as _

from .models import MAX_ALT

# Why files are refused before they are read: (HTTP status, sentence).
REFUSED = {
    "files": (
        413,
        _(
            "The files of a message can have %(size)s together. Take some off, or send them with "
            "several messages."
        ),
    ),
    "uploads": (
        429,
        _(
            "Three of your uploads are still on their way. Wait until one has arrived, then send "
            "it again."
        ),
    ),
    "busy": (503, _("Many files are arriving now. Please send it again in a minute.")),
    "space": (
        507,
        _(
            "The server has no space left for files. Please tell an administrator, or send it "
            "without files."
        ),
    ),
}
_KEY = re.compile(r"[A-Za-z0-9_-]{22}")


class FilesInput(forms.FileInput):
    """Several files, from all fields of the same name."""

    allow_multiple_selected = True

    def value_from_datadict(self, data, files, name):
        return files.getlist(name) if hasattr(files, "getlist") else files.get(name, [])


class FilesField(forms.Field):
    """A list of uploaded files, each checked when it is stored: see `uploads`."""

    widget = FilesInput

    def clean(self, value):
        return list(value or [])


class KeptField(forms.Field):
    """The keys of files that were uploaded before, with a composer that had errors."""

    widget = forms.MultipleHiddenInput

    def clean(self, value):
        return [key for key in dict.fromkeys(value or []) if _KEY.fullmatch(key)]


class AltField(forms.CharField):
    """What the pictures show, a line for each, in their order; the value is a list."""

    widget = forms.Textarea

    def __init__(self, **kwargs):
        # A picture without a description has an empty line, also the first one.
        super().__init__(required=False, strip=False, label=_("What the pictures show"), **kwargs)

    def clean(self, value):
        text = super().clean((value or "").replace("\0", ""))
        return [line.strip()[:MAX_ALT] for line in text.splitlines()]


class RefusedField(forms.CharField):
    """Why the server has taken the text of a composer and not its files: a key of REFUSED, or "".

    Browsers do not send it: see tertulia.server.without_files.
    """

    def clean(self, value):
        return value if value in REFUSED else ""


class FilesFormMixin(forms.Form):
    """The fields of a composer that can send files."""

    files = FilesField(required=False)
    kept = KeptField(required=False)
    alt = AltField()
    refused = RefusedField(required=False, widget=forms.HiddenInput)
    as_it_is = forms.BooleanField(required=False, label=_("Send pictures unchanged"))

    # The Attachments to send with the text, and to show again if there is an error.
    attachments = ()
