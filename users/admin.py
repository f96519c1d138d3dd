"""Django's admin for users: correcting usernames and addresses, which our pages do not offer.

Making administrators and deactivating people are on /people/.
"""

from django import forms
from django.contrib import admin
from django.db import IntegrityError

from core.admin_lookups import ListedLookups
from core.forms import NameField, ShownValues
from core.mailboxes import fold_email, narrow
from core.text import fold

from . import actions
from .forms import refuse_display_name, refuse_username
from .models import Invitation, LoginLink, User, Workspace


class PersonForm(ShownValues, forms.ModelForm):
    username = NameField(max_length=30, validators=User._meta.get_field("username").validators)
    display_name = NameField(max_length=60, required=False)

    class Meta:
        model = User
        fields = ["username", "display_name", "email", "language", "time_zone"]

    def clean_username(self):
        refuse_username(self.cleaned_data["username"], besides=self.instance)
        return self.cleaned_data["username"]

    def clean_display_name(self):
        refuse_display_name(self.cleaned_data["display_name"], besides=self.instance)
        return self.cleaned_data["display_name"]


@admin.register(User)
class UserAdmin(ListedLookups, admin.ModelAdmin):
    form = PersonForm
    list_display = ["username", "display_name", "email", "is_administrator", "is_bot", "is_active"]
    list_filter = ["is_administrator", "is_bot", "is_active"]
    search_fields = ["username_key", "display_key", "email"]
    readonly_fields = [
        "is_administrator",
        "is_bot",
        "owner",
        "is_active",
        "date_joined",
        "last_login",
    ]
    fields = [*PersonForm.Meta.fields, *readonly_fields]

    def get_fields(self, request, person=None):
        """Leave out the address of bots, which have none."""
        is_bot = person is not None and person.is_bot
        return [name for name in self.fields if not (is_bot and name == "email")]

    def get_search_results(self, request, queryset, search_term):
        is_email = "@" in narrow(search_term)
        term = fold_email(search_term) if is_email else fold(search_term)
        return super().get_search_results(request, queryset, term)

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, person=None):
        return False

    def changeform_view(self, request, *args, **kwargs):
        try:
            return super().changeform_view(request, *args, **kwargs)
        except IntegrityError:  # somebody else took the name or address at the same time
            return super().changeform_view(request, *args, **kwargs)  # shows the field's error

    def save_model(self, request, person, form, change):
        changes = {name: form.cleaned_data[name] for name in form.changed_data}
        actions.correct_person(person, by=request.user, **changes)


class ReadOnlyAdmin(ListedLookups, admin.ModelAdmin):
    """A read-only admin for what is changed on the product's own pages."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, link=None):
        return False

    def has_delete_permission(self, request, link=None):
        return False


@admin.register(Workspace)
class WorkspaceAdmin(ReadOnlyAdmin):
    list_display = ["name", "signup", "language", "time_zone", "created_at"]


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    list_display = ["note", "created_by", "created_at", "expires_at", "uses_left", "revoked_at"]


@admin.register(LoginLink)
class LoginLinkAdmin(ReadOnlyAdmin):
    list_display = ["user", "created_by", "created_at", "expires_at", "uses_left", "revoked_at"]


class EmailAddressAdmin(ReadOnlyAdmin):
    """allauth's addresses, read-only: an address is changed on the admin page of its user."""

    list_display = ["email", "user", "primary", "verified"]
    list_filter = ["primary", "verified"]
    search_fields = ["email", "user__username"]


class GroupAdmin(ReadOnlyAdmin):
    """Django's groups, which this product does not use."""

    list_display = ["name"]
