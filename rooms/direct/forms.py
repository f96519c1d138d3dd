"""Forms for direct rooms: whom a conversation is with, and the name of the room that it becomes."""

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from core.text import fold
from users.models import User

from ..forms import NameField, NamingForm
from .actions import MOST_OTHERS

MOST_SHOWN = 50  # of the people to choose from
MOST_READ = 100  # of the people chosen


class ConversationForm(forms.Form):
    """The people of a conversation of `user`. Cleaned, `others` are the Users besides `user`.

    `data` is what a page has sent: the people chosen so far (primary keys), and in `q` names or
    words to search for. It is checked only if `is_final`: while somebody searches it is kept.
    """

    q = forms.CharField(
        max_length=300,
        required=False,
        label=_("Search, or type names separated by commas"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
    )
    people = forms.Field(required=False, widget=forms.MultipleHiddenInput)

    error_messages = {
        "nobody": _("Choose somebody to talk to. For notes of your own, choose yourself."),
        "unknown": _("There is nobody called “%(name)s” here."),
        "gone": _("Somebody you chose is no longer here. Please choose again."),
        "deactivated": _("%(name)s is deactivated, so you can't message them."),
        "many": ngettext_lazy(
            "Choose at most %(most)d person. For more people, make a room.",
            "Choose at most %(most)d people. For more people, make a room.",
            "most",
        ),
    }

    def __init__(self, user, data, is_final=False):
        super().__init__(data if is_final else None)
        self.user = user
        self.chosen_keys = data.getlist("people")[:MOST_READ]
        self.words = [] if is_final else _split(data.get("q", "")[:300])

    @cached_property
    def chosen(self):
        """The Users chosen so far, by name."""
        keys = {int(key) for key in self.chosen_keys if _is_key(key)}
        return list(User.objects.filter(pk__in=keys).by_name()) if keys else []

    @cached_property
    def found(self):
        """The Users to choose from: those of the search, or all; at most MOST_SHOWN."""
        return self._found[:MOST_SHOWN]

    @property
    def finds_more(self):
        return len(self._found) > MOST_SHOWN

    @cached_property
    def _found(self):
        chosen = [person.pk for person in self.chosen]
        people = User.objects.filter(is_active=True).exclude(pk__in=chosen)
        return list(people.named(*self.words).by_name()[: MOST_SHOWN + 1])

    def clean_q(self):
        """Return the Users whose names were typed."""
        typed = self.cleaned_data["q"]
        names = [typed] if self._named(typed) else _split(typed)
        found = [(name, self._named(name)) for name in names]
        unknown = next((name for name, person in found if person is None), None)
        if unknown is not None:
            self._refuse("unknown", name=unknown)
        return [person for _name, person in found]

    def _named(self, name):
        key = fold(name.removeprefix("@"))
        return User.objects.named_like(key).first() if key else None

    def clean_people(self):
        if len(self.chosen) < len(set(self.chosen_keys)):
            self._refuse("gone")
        return self.chosen

    def clean(self):
        if self.errors:
            return
        people = {person.pk: person for name in self.fields for person in self.cleaned_data[name]}
        if not people:
            self._refuse("nobody")
        people.pop(self.user.pk, None)
        others = list(people.values())
        if len(others) > MOST_OTHERS:
            self._refuse("many", most=MOST_OTHERS)
        for person in others:
            if not person.is_active:
                self._refuse("deactivated", name=person.name)
        self.cleaned_data["others"] = others

    def _refuse(self, code, **params):
        raise forms.ValidationError(self.error_messages[code], code=code, params=params)


class MakeRoomForm(NamingForm):
    """The name of the room that a conversation becomes."""

    name = NameField(max_length=60, label=_("Name of the room"))


def _split(typed):
    return [name for part in typed.replace("，", ",").split(",") if (name := part.strip())]


def _is_key(text):
    return text.isascii() and text.isdigit() and len(text) <= 18
