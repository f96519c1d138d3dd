"""The form that pins or unpins a message."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core import throttling

from .actions import TooManyPins, pin_message, unpin_message
from .models import MAX_PINS


class PinForm(forms.Form):
    """Pin or unpin a message: what the button that was pressed is named after.

    It has no fields, so that the buttons of pages and those of messages are the same.
    """

    TOO_MANY = _("%(most)d messages are pinned here, which is the most. Unpin one of them first.")

    def save(self, message, by):
        """Do what was asked, as the user `by`; return False with an error in the form if refused.

        Raise PermissionDenied if `by` may not pin in the room.
        """
        if not self.is_valid() or not throttling.allow(self, "pin", by, field=None):
            return False
        try:
            self._act(message, by)
        except TooManyPins:
            self.add_error(None, self.TOO_MANY % {"most": MAX_PINS})
        return not self.errors

    @property
    def _act(self):
        unpins = any(name.partition(":")[0] == "unpin" for name in self.data)
        return unpin_message if unpins else pin_message
