"""What a page sends over its socket besides messages."""

from django import forms

from core.fields import CountField


class CursorForm(forms.Form):
    """What a page sends at every (re)connection: the room's revision that it has seen."""

    cursor = CountField()


class SeenForm(forms.Form):
    """What a visible page sends: the position of the last message that its reader has seen."""

    seen = CountField()
