"""Form fields and a form mixin that several apps use."""

import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from .confusables import piles_marks
from .text import has_invisible


class _TooLong:
    """The message of Django's MaxLengthValidator, which says by how much a text is too long."""

    def __mod__(self, params: dict[str, int]) -> str:
        over = params["show_value"] - params["limit_value"]
        return ngettext(
            "Too long by %(number)d character.", "Too long by %(number)d characters.", over
        ) % {"number": over}


TOO_LONG = _TooLong()


class NameField(forms.CharField):
    """A one-line name without invisible characters, in NFKC and with single spaces."""

    default_error_messages = {
        "invisible": _("Use visible letters only."),
        "marks": _("Use fewer accents on one letter."),
        "max_length": TOO_LONG,
    }

    def to_python(self, value: Any) -> str:
        return " ".join(unicodedata.normalize("NFKC", super().to_python(value)).split())

    def validate(self, value: str) -> None:
        super().validate(value)
        if has_invisible(value):
            raise ValidationError(self.error_messages["invisible"], code="invisible")
        if piles_marks(value):
            raise ValidationError(self.error_messages["marks"], code="marks")


class _Shared(dict):
    def __deepcopy__(self, memo: dict[int, Any]) -> "_Shared":
        return self


def share_fields[F: type[forms.BaseForm]](form: F) -> F:
    """Share one set of fields between all forms of this class. A class decorator.

    Django copies the fields for each form, and that takes half of the time of a small form. Use it
    for forms that are made many times a second and never change their fields. Derived classes get
    copies again.
    """
    form.base_fields = _Shared(form.base_fields)
    return form


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


class ShownValues:
    """A form mixin that compares what was sent with what the page showed, not with current values.

    Example: a page shows a room as open, its owner closes it meanwhile, and then somebody saves a
    new topic on that page. Compared with the current values, the form would open the room again.

    The mixin renders hidden initial values; a field has changed if it differs from them. If a
    hidden value is missing (custom templates may omit it), the field is compared with the current
    value. https://docs.djangoproject.com/en/6.1/ref/forms/fields/#show-hidden-initial
    """

    data: Any
    fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.show_hidden_initial = True

    @cached_property
    def changed_data(self) -> list[str]:
        return [name for name in self.fields if self._has_changed(self[name])]  # type: ignore[index]

    def _has_changed(self, bound: BoundField) -> bool:
        if bound.html_initial_name not in self.data:
            return bound.field.has_changed(bound.initial, bound.data)
        try:
            shown = bound.field.to_python(self.data[bound.html_initial_name])
        except ValidationError:
            return True
        return bound.field.has_changed(shown, bound.data)
