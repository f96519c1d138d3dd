"""The form that selects a part of a room's history."""

from django import forms

from core.forms import CountField, share_fields


@share_fields
class PositionForm(forms.Form):
    """The position that a page starts from: `?before=`, `?after=` or `?around=`.

    `?newest=1` asks for the newest messages, however many are unread. `until` is the last position
    that a page in the middle of history still needs.
    """

    before = CountField(required=False)
    after = CountField(required=False)
    around = CountField(required=False)
    until = CountField(required=False)
    newest = forms.BooleanField(required=False)
