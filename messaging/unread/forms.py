"""Forms that say up to which position messages are read."""

from django import forms

from core.forms import CountField


class ReadForm(forms.Form):
    """Mark a room as read up to `position`, which the page has shown.

    `since` is the read position when the page was opened; `back` is where the reader goes on.
    """

    position = CountField()
    since = CountField(required=False)
    back = forms.ChoiceField(choices=[("room", "room"), ("unread", "unread")], required=False)


class PositionsField(forms.Field):
    """Pairs of a room's id and a position, "3:120 5:9", as {room id: position}."""

    widget = forms.HiddenInput
    MOST_ROOMS = 1_000

    def to_python(self, value):
        number, positions = CountField(), {}
        for pair in (value or "").split()[: self.MOST_ROOMS]:
            room_id, _colon, position = pair.partition(":")
            positions[number.clean(room_id)] = number.clean(position)
        return positions


class AllReadForm(forms.Form):
    """Mark every room as read up to the position that the page has shown."""

    positions = PositionsField()
