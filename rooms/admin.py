"""Django's admin for rooms without an owner and rooms that administrators cannot see.

Direct rooms are left out, because they are private to their people.
"""

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from core.admin_lookups import ListedLookups
from core.forms import ShownValues
from core.text import fold

from . import actions
from .forms import InviteForm, RoleForm
from .models import Membership, Room


@admin.register(Room)
class RoomAdmin(ListedLookups, admin.ModelAdmin):
    list_display = ["name", "kind", "topic", "created_at", "archived_at"]
    list_filter = ["kind", ("archived_at", admin.EmptyFieldListFilter)]
    search_fields = ["name", "topic"]
    fields = ["name", "slug", "topic", "kind", "joins_newcomers", "created_at", "archived_at"]
    actions = ["archive", "restore"]

    def get_queryset(self, request):
        return super().get_queryset(request).exclude(kind=Room.Kind.DIRECT)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, room=None):
        return False

    def get_deleted_objects(self, rooms, request):
        """List only the rooms to be deleted, because they may have millions of messages."""
        return [str(room) for room in rooms], {str(_("rooms")): len(rooms)}, set(), []

    def delete_model(self, request, room):
        actions.delete_room(room, by=request.user)

    def delete_queryset(self, request, rooms):
        for room in rooms:
            actions.delete_room(room, by=request.user)

    @admin.action(description=_("Archive the selected rooms"))
    def archive(self, request, rooms):
        for room in rooms:
            actions.archive_room(room, by=request.user)

    @admin.action(description=_("Restore the selected rooms"))
    def restore(self, request, rooms):
        for room in rooms:
            actions.restore_room(room, by=request.user)


class MembershipForm(ShownValues, forms.ModelForm):
    class Meta:
        model = Membership
        fields = ["room", "user", "role"]

    def clean_user(self):
        """Show the errors that `add_member` would raise beside the field."""
        user, room = self.cleaned_data["user"], self.cleaned_data.get("room")
        if not user.is_active:
            raise forms.ValidationError(_("This person is deactivated."), code="deactivated")
        if room and room.sanctions.bans().filter(user=user).exists():
            raise forms.ValidationError(InviteForm.error_messages["banned"], code="banned")
        return user

    def clean_role(self):
        role = self.cleaned_data["role"]
        if self.instance.pk and not self.instance.can_become(role):
            sentence = RoleForm.base_fields["role"].error_messages["last_owner"]
            raise forms.ValidationError(sentence, code="last_owner")
        return role


@admin.register(Membership)
class MembershipAdmin(ListedLookups, admin.ModelAdmin):
    form = MembershipForm
    list_display = ["room", "user", "role", "joined_at"]
    list_filter = ["role"]
    list_select_related = ["room", "user"]
    search_fields = ["room__name_key", "user__username_key"]
    raw_id_fields = ["room", "user"]

    def get_search_results(self, request, queryset, search_term):
        return super().get_search_results(request, queryset, fold(search_term))

    def get_queryset(self, request):
        return super().get_queryset(request).exclude(room__kind=Room.Kind.DIRECT)

    def get_readonly_fields(self, request, membership=None):
        return ["room", "user"] if membership else []

    def formfield_for_foreignkey(self, field, request, **named):
        if field.name == "room":
            named["queryset"] = Room.objects.exclude(kind=Room.Kind.DIRECT)
        return super().formfield_for_foreignkey(field, request, **named)

    def save_model(self, request, membership, form, change):
        if not form.changed_data:
            return
        if change:
            actions.change_role(membership, form.cleaned_data["role"], by=request.user)
        else:
            added = actions.add_member(
                membership.room, membership.user, membership.role, by=request.user
            )
            membership.pk = added.pk

    def delete_model(self, request, membership):
        actions.end_membership(membership, by=request.user)

    def delete_queryset(self, request, memberships):
        for membership in memberships:
            actions.end_membership(membership, by=request.user)
