"""Where in a room's history a page stands."""

from django import forms

from core.forms import CountField


class PositionForm(forms.Form):
    """Where in a room's history a page stands: `?before=`, `?after=` or `?around=`."""

    before = CountField(required=False)
    after = CountField(required=False)
    around = CountField(required=False)
