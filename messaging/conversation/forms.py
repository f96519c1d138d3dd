"""The form that selects a part of a room's history."""

from django import forms

from core.forms import CountField


class PositionForm(forms.Form):
    """The position that a page starts from: `?before=`, `?after=` or `?around=`."""

    before = CountField(required=False)
    after = CountField(required=False)
    around = CountField(required=False)
