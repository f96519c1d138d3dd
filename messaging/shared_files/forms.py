"""Forms: which files to list, what to change of a message's files, and which own ones to delete."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.forms import TOO_LONG, CountField

from ..attachments.models import MAX_ALT
from ..message.acts import asked_in
from ..message.forms import refuse_halves
from .actions import LastFile, describe_pictures, remove_file
from .queries import FILES_A_PAGE

MAX_WORDS = 100  # characters of a name to look for


class FilterForm(forms.Form):
    """Which files to show: of which kind, with which name, and before which other file."""

    use_required_attribute = False

    q = forms.CharField(
        required=False,
        max_length=MAX_WORDS,
        label=_("Name"),
        widget=forms.TextInput(attrs={"type": "search"}),
        error_messages={"max_length": TOO_LONG},
        validators=[refuse_halves],
    )
    kind = forms.ChoiceField(
        required=False,
        label=_("Kind"),
        choices=[
            ("", _("All files")),
            ("picture", _("Pictures")),
            ("media", _("Video and audio")),
            ("document", _("Documents")),
        ],
    )
    before = CountField(required=False, widget=forms.HiddenInput)


class AltField(forms.CharField):
    """What a picture shows, in one line."""

    widget = forms.Textarea(attrs={"rows": 2, "dir": "auto"})

    def __init__(self, **kwargs):
        super().__init__(required=False, max_length=MAX_ALT, validators=[refuse_halves], **kwargs)
        self.error_messages |= {"max_length": TOO_LONG}

    def to_python(self, value):
        return " ".join(super().to_python(value).split())


class MessageFilesForm(forms.Form):
    """What the pictures of a message show; and its buttons, each of which removes a file.

    A button saves what was typed, too.
    """

    LAST = _("This message has no text, and nothing is left of it without this file.")

    def __init__(self, data, message):
        super().__init__(data)
        self.message = message
        self.is_last = len(message.files) == 1 and not message.body
        asked = asked_in(self.data)
        self.removed = int(asked.rest) if asked and asked.rest.isdecimal() else None
        for file in message.files:
            if file.kind == "picture" and file.id != self.removed:
                self.fields[f"alt-{file.id}"] = AltField(
                    label=_("What the picture shows"), initial=file.alt
                )

    @property
    def rows(self):
        """Each file of the message, and its field, or None."""
        names = self.fields
        return [
            (file, self[f"alt-{file.id}"] if f"alt-{file.id}" in names else None)
            for file in self.message.files
        ]

    def save(self, by):
        """Do what was asked as the user `by`; return False with an error if that is refused."""
        changed = {name: self.cleaned_data[name] for name in self.changed_data}
        alts = {int(name.removeprefix("alt-")): alt for name, alt in changed.items()}
        try:
            if alts:
                describe_pictures(self.message, alts, by)
            if self.removed is not None:
                remove_file(self.message, self.removed, by)
        except LastFile:
            self.is_last = True
            self.add_error(None, ValidationError(self.LAST, code="last"))
        return not self.errors


class ChosenFilesField(forms.Field):
    """The ids of files, of one page of the list at most."""

    widget = forms.MultipleHiddenInput
    default_error_messages = {"required": _("Choose a file first.")}

    def clean(self, value):
        ids = [int(key) for key in value or [] if key.isascii() and key.isdigit() and len(key) < 19]
        if not ids:
            raise ValidationError(self.error_messages["required"], code="required")
        return ids[:FILES_A_PAGE]


class ChosenFilesForm(forms.Form):
    file = ChosenFilesField()
