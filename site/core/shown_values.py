"""Forms that compare what was sent with what their page showed, not with the current values.

Example: a page shows a room as open, its owner closes it meanwhile, and then somebody saves a new
topic on that page. Compared with the current values, the form would open the room again.
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.utils.functional import cached_property


class ShownValues:
    """A form mixin that renders hidden initial values; a field has changed if it differs from them.

    If a hidden value is missing (custom templates may omit it), the field is compared with the
    current value. https://docs.djangoproject.com/en/6.1/ref/forms/fields/#show-hidden-initial
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
