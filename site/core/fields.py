"""Form fields that several apps use."""

import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from .confusables import piles_marks
from .text import has_invisible


class NameField(forms.CharField):
    """A one-line name without invisible characters, in NFKC and with single spaces."""

    default_error_messages = {
        "invisible": _("Use letters that can be seen."),
        "marks": _("Use fewer accents on one letter."),
    }

    def to_python(self, value: Any) -> str:
        return " ".join(unicodedata.normalize("NFKC", super().to_python(value)).split())

    def validate(self, value: str) -> None:
        super().validate(value)
        if has_invisible(value):
            raise ValidationError(self.error_messages["invisible"], code="invisible")
        if piles_marks(value):
            raise ValidationError(self.error_messages["marks"], code="marks")


class CountField(forms.IntegerField):
    """A position or a revision: ASCII digits, at most 2**62. Empty input returns None."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_value=2**62, **kwargs)

    def to_python(self, value: Any) -> int | None:
        if value in self.empty_values:
            return None
        if not (value.isascii() and value.isdigit()):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(value)
