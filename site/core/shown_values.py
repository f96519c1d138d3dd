"""Forms that know what their page showed, so that a page left open undoes nothing when it is sent.

A page shows a room as open; meanwhile its owner closes it; then somebody saves a new topic on that
page. Compared with the room as it is now, the form would seem to open it again.
"""

from django.core.exceptions import ValidationError
from django.utils.functional import cached_property


class ShownValues:
    """Sends the values that the page showed as well, hidden; only what differs has changed.

    A page that sends none of them (a template of somebody's own may not) is compared with the
    values of now. https://docs.djangoproject.com/en/6.1/ref/forms/fields/#show-hidden-initial
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.show_hidden_initial = True

    @cached_property
    def changed_data(self):
        return [name for name in self.fields if self._has_changed(self[name])]

    def _has_changed(self, bound):
        if bound.html_initial_name not in self.data:
            return bound.field.has_changed(bound.initial, bound.data)
        try:
            shown = bound.field.to_python(self.data[bound.html_initial_name])
        except ValidationError:
            return True
        return bound.field.has_changed(shown, bound.data)
