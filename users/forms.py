"""Forms for profiles, the workspace, invitations and the first run (for allauth's: login/)."""

from django import forms
from django.conf import settings
from django.contrib.auth.forms import SetPasswordMixin
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from core.forms import TOO_LONG, NameField, ShownValues
from core.mailboxes import MailboxField

from .clock.zones import time_zone_choices, time_zone_choices_with_default
from .models import NameSkeleton, User, Workspace
from .names.former import was_of_another
from .names.rules import TAKEN, names_a_bot, names_a_group, names_an_office
from .themes import Mode, theme_choices, theme_choices_with_default

_username = User._meta.get_field("username")
_display_name = User._meta.get_field("display_name")
# Instead of one sentence for each validator (AUTH_PASSWORD_VALIDATORS), which say the details if a
# password is refused.
PASSWORD_HELP = _("At least 8 characters, and hard to guess.")
OF_THE_WORKSPACE = ("", _("Workspace default"))


def refuse_username(name, besides=None, is_administrator=False, is_bot=False):
    """Raise ValidationError if `name` is reserved or looks like the name of another user.

    `besides` is the user who is to have the name, None for a new one.
    """
    refuse_display_name(name, besides, is_administrator, is_bot)
    if NameSkeleton.objects.like(name, besides).exists() or was_of_another(name, besides):
        raise forms.ValidationError(TAKEN, code="taken")


def refuse_display_name(name, besides=None, is_administrator=False, is_bot=False):
    """Raise ValidationError if `name` is reserved or equals a name of another user than `besides`.

    Display names that only look alike are allowed, and shown with the username beside them.
    """
    if names_a_group(name):
        raise forms.ValidationError(_("This name is reserved."), code="reserved")
    is_administrator = is_administrator or bool(besides and besides.is_administrator)
    if names_a_bot(name) and not (is_bot or (besides and besides.is_bot)):
        raise forms.ValidationError(_("This name is reserved for bots."), code="reserved")
    if names_an_office(name) and not is_administrator:
        raise forms.ValidationError(_("This name is reserved for administrators."), code="reserved")
    if name and User.objects.named_like(name, besides).exists():
        raise forms.ValidationError(TAKEN, code="taken")


class UsernameField(NameField):
    """The username of a new user."""

    def __init__(self, is_administrator=False, **kwargs):
        self.is_administrator = is_administrator
        kwargs.setdefault("label", _("Username"))
        kwargs.setdefault("help_text", _("What others type to mention you: no spaces."))
        kwargs.setdefault("widget", forms.TextInput(attrs={"autocomplete": "username"}))
        super().__init__(max_length=_username.max_length, validators=_username.validators, **kwargs)

    def validate(self, value):
        super().validate(value)
        refuse_username(value, is_administrator=self.is_administrator)


class DisplayNameField(NameField):
    """The name that others see. The form must call `refuse_display_name`."""

    def __init__(self, **kwargs):
        kwargs.setdefault("label", _("Your name"))
        kwargs.setdefault("help_text", _("As others see it. You can change it later."))
        widget = forms.TextInput(attrs={"autocomplete": "name", "dir": "auto"})
        super().__init__(
            max_length=_display_name.max_length, required=False, widget=widget, **kwargs
        )


class SetupForm(SetPasswordMixin, forms.Form):
    """The form of the first run: the workspace and its first administrator."""

    workspace = NameField(max_length=80, label=_("Name of the workspace"))
    display_name = DisplayNameField()
    username = UsernameField(label=_("Your username"), is_administrator=True)
    email = MailboxField(
        label=_("Your e-mail address"),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    password1, password2 = SetPasswordMixin.create_password_fields()
    signup = forms.ChoiceField(
        label=_("Who can sign up"),
        choices=Workspace.Signup,
        initial=Workspace.Signup.INVITE,
        widget=forms.RadioSelect,
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES, required=False)
    time_zone = forms.ChoiceField(
        label=_("Time zone"), choices=time_zone_choices, required=False, initial="UTC"
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["language"].initial = _reader_language()
        self.fields["password1"].help_text = PASSWORD_HELP
        self.fields["password2"].help_text = ""

    def clean_display_name(self):
        refuse_display_name(self.cleaned_data["display_name"], is_administrator=True)
        return self.cleaned_data["display_name"]

    def clean_email(self):
        email = self.cleaned_data["email"]
        if User.objects.filter(email=email).exists():
            raise forms.ValidationError(_("That e-mail address already has an account."))
        return email

    def clean_language(self):
        return self.cleaned_data["language"] or _reader_language()

    def clean_time_zone(self):
        return self.cleaned_data["time_zone"] or "UTC"

    def clean(self):
        administrator = User(
            username=self.cleaned_data.get("username", ""), email=self.cleaned_data.get("email", "")
        )
        self.validate_passwords()
        self.validate_password_for_user(administrator, "password1")
        return self.cleaned_data

    def workspace_and_administrator(self):
        """Return the entered values as keyword arguments of `actions.set_up_workspace`."""
        names = {"workspace": "name", "password1": "password"}
        entered = {names.get(field, field): self.cleaned_data[field] for field in self.fields}
        del entered["password2"]
        return entered


def _reader_language():
    language = translation.get_language()
    return language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


class ProfileForm(ShownValues, forms.ModelForm):
    display_name = DisplayNameField(
        help_text=_("What others see beside your messages. If it is empty, your username."),
    )
    language = forms.ChoiceField(
        label=_("Language"),
        required=False,
        choices=[OF_THE_WORKSPACE, *settings.LANGUAGES],
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"), required=False, choices=time_zone_choices_with_default
    )
    theme = forms.ChoiceField(label=_("Theme"), required=False, choices=theme_choices_with_default)
    mode = forms.ChoiceField(
        label=_("Light or dark"), required=False, choices=[OF_THE_WORKSPACE, *Mode.choices]
    )

    email_notifications = forms.BooleanField(
        required=False,
        label=_("Email me what I miss while I'm away"),
        help_text=_("You can change this in each room's notification settings."),
    )

    class Meta:
        model = User
        fields = ["display_name", "language", "time_zone", "theme", "mode", "email_notifications"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not settings.EMAIL_URL:  # nothing is sent from here
            del self.fields["email_notifications"]

    def clean_display_name(self):
        refuse_display_name(self.cleaned_data["display_name"], besides=self.instance)
        return self.cleaned_data["display_name"]


class WorkspaceForm(ShownValues, forms.ModelForm):
    name = NameField(max_length=80, label=_("Name of the workspace"))
    language = forms.ChoiceField(
        label=_("Language"),
        choices=settings.LANGUAGES,
        help_text=_("For everyone who has not chosen one."),
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=time_zone_choices,
        help_text=_("For everyone who has not chosen one."),
    )
    theme = forms.ChoiceField(
        label=_("Theme"),
        required=False,
        choices=theme_choices,
        help_text=_("For everyone who has not chosen one."),
    )
    mode = forms.ChoiceField(
        label=_("Light or dark"),
        required=False,
        choices=Mode,
        help_text=_("For everyone who has not chosen one."),
    )

    class Meta:
        model = Workspace
        fields = [
            *("name", "signup", "members_may_invite", "members_may_make_bots"),
            *("language", "time_zone", "theme", "mode", "link_previews"),
        ]
        widgets = {"signup": forms.RadioSelect}
        labels = {
            "signup": _("Who can sign up"),
            "members_may_invite": _("Members can invite"),
            "members_may_make_bots": _("Members can make bots"),
            "link_previews": _("Show previews of links"),
        }
        help_texts = {
            "members_may_invite": _(
                "If you turn this off, the links that members made stop working."
            ),
            "members_may_make_bots": _("Administrators always can. Bots that are there stay."),
            "link_previews": _(
                "For the first link of a message this server fetches the page and shows a small"
                " card. The site learns this server's address; nobody's browser contacts it. Only"
                " in public rooms, and where a private room or a conversation chooses it. If you"
                " turn this off, nothing is fetched any more; cards that are there stay until"
                " somebody removes them."
            ),
        }


class PeopleSearchForm(forms.Form):
    q = forms.CharField(
        max_length=100,
        required=False,
        label=_("Search people"),
        error_messages={"max_length": TOO_LONG},
    )


class ReasonForm(forms.Form):
    """The reason for an action, for the log."""

    reason = NameField(
        max_length=200,
        required=False,
        label=_("Reason"),
        help_text=_("For the log."),
    )
