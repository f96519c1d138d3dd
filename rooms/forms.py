"""Forms for rooms: names, settings, invitations, roles and deletion."""

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from core import forms as core_forms
from core import text, throttling
from core.forms import ShownValues
from users.models import User

from .models import Membership, Room
from .previews.forms import LABEL, MEANING
from .visibility import is_seen_by_owner


class LineField(forms.CharField):
    """One line of text; runs of white space become single spaces."""

    def to_python(self, value):
        return " ".join(super().to_python(value).split())


class NameField(core_forms.NameField):
    """The name of a room."""

    default_error_messages = {
        "taken": _("This name cannot be used."),
        "alike": _("This name looks like another room's name."),
        "exists": _("There is a room of this name already."),
        "archived": _("A room with this name is archived. Please choose another name."),
    }


class NamingForm(forms.Form):
    """A form with the name of a room."""

    name = NameField(max_length=60, label=_("Name of the room"))

    def refuse(self, error):
        """Show an actions.NameRefused as an error of the field `name`."""
        if throttling.refuse(self, "name", error.wait, throttling.too_often):
            return
        self.add_error(
            "name",
            forms.ValidationError(self.fields["name"].error_messages[error.code], error.code),
        )


class RoomNameForm(NamingForm):
    """The name of a room to join, or to create if there is none."""

    kind = forms.ChoiceField(
        choices=[(kind.value, kind.label) for kind in (Room.Kind.OPEN, Room.Kind.CLOSED)],
        initial=Room.Kind.OPEN,
        widget=forms.RadioSelect,
        required=False,
        label=_("If there is no such room yet, make one that is"),
    )

    # The pages ask first if there is a room with a name near it; programs need not.
    asks_first = forms.BooleanField(required=False, initial=True, widget=forms.HiddenInput)

    def clean_kind(self):
        return self.cleaned_data["kind"] or Room.Kind.OPEN

    def name_and_kind(self):
        """Return {"name", "kind"} of a valid form."""
        return {field: self.cleaned_data[field] for field in ("name", "kind")}


class SettingsForm(ShownValues, NamingForm):
    topic = LineField(max_length=200, required=False, label=_("Topic"))
    kind = forms.ChoiceField(
        choices=RoomNameForm.base_fields["kind"].choices,
        widget=forms.RadioSelect,
        label=_("Who can see it"),
        help_text=_("If you make a room public, everyone can read everything that was said in it."),
    )
    joins_newcomers = forms.BooleanField(
        required=False, label=_("New members of the workspace join this room")
    )

    link_previews = forms.BooleanField(
        required=False,
        label=LABEL,
        help_text=format_lazy(
            "{} {}",
            MEANING,
            _(
                "A private room has none unless you turn them on here. While the workspace shows no"
                " previews, no room does."
            ),
        ),
    )

    field_order = ["name", "topic", "kind", "joins_newcomers", "link_previews"]

    @classmethod
    def of(cls, room, data=None):
        """Return the form with the settings of `room` as initial values, bound to any `data`."""
        initial = {name: getattr(room, name) for name in cls.base_fields}
        initial["link_previews"] = room.allows_previews
        form = cls(data, initial=initial)
        if data is not None and not {"link_previews", "initial-link_previews"} & set(data):
            del form.fields["link_previews"]  # a page of an earlier release
        return form

    def clean(self):
        """Store no choice that is the usual one: a room that becomes private shows no previews."""
        if self.cleaned_data.get("link_previews") == (self.cleaned_data.get("kind") == "open"):
            self.cleaned_data["link_previews"] = None


class InviteForm(forms.Form):
    """An invitation of a person into `room`. Cleaned, `username` is a User."""

    username = LineField(max_length=60, label=_("Username of the person to invite"))

    error_messages = {
        "unknown": _("There is nobody here with that username."),
        "member": _("This person is already in the room."),
        "banned": _("This person is banned from the room."),
        "bot": _("The owner of this bot cannot see the room, so the bot cannot come here."),
    }

    def __init__(self, room, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.room = room

    def clean_username(self):
        key = text.fold(self.cleaned_data["username"].removeprefix("@"))
        person = User.objects.filter(username_key=key, is_active=True).first()
        if person is None:
            raise forms.ValidationError(self.error_messages["unknown"], code="unknown")
        if self.room.memberships.filter(user=person).exists():
            raise forms.ValidationError(self.error_messages["member"], code="member")
        if self.room.sanctions.bans().filter(user=person).exists():
            raise forms.ValidationError(self.error_messages["banned"], code="banned")
        if person.is_bot and not is_seen_by_owner(self.room, person):
            raise forms.ValidationError(self.error_messages["bot"], code="bot")
        return person


class RoleForm(ShownValues, forms.Form):
    role = forms.ChoiceField(
        choices=Membership.Role.choices,
        widget=forms.RadioSelect,
        label=_("Role"),
        help_text=_(
            "Moderators delete messages, and invite and remove people. Owners also manage the"
            " room and its roles."
        ),
        error_messages={
            "last_owner": _("A room needs an owner. Make somebody else an owner first.")
        },
    )

    def refuse_last_owner(self):
        """Show beside the field that the room must keep an owner."""
        self.add_error("role", self.fields["role"].error_messages["last_owner"])


class DeletionForm(forms.Form):
    """Confirm the deletion of `room` by typing its name, to prevent accidents."""

    name = LineField(max_length=180, label=_("Type the room's name to delete it forever"))

    error_messages = {"different": _("This is not the room's name.")}

    def __init__(self, room, *args, **kwargs):
        # The settings page has another form with a field "name", so the ids need a prefix.
        super().__init__(*args, auto_id="deletion_%s", **kwargs)
        self.room = room

    def clean_name(self):
        if text.fold(self.cleaned_data["name"]) != self.room.name_key:
            raise forms.ValidationError(self.error_messages["different"], code="different")
        return self.room.name
