"""Admin page of messages, to look at and delete them.

Messages cannot be edited here. Deleting one does the same as in the room: it leaves a tombstone.
Direct rooms are excluded, because they are private.
"""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from core.admin_lookups import ListedLookups
from core.text import fold
from rooms.models import Room

from . import actions
from .models import Message


@admin.register(Message)
class MessageAdmin(ListedLookups, admin.ModelAdmin):
    list_display = ["excerpt", "room", "author", "created_at", "edited_at", "deleted_at"]
    list_select_related = ["room", "author"]
    search_fields = ["=author__username_key", "=room__name_key"]
    search_help_text = _("The username of an author, or the name of a room.")
    ordering = ["-pk"]
    show_full_result_count = False
    fields = ["room", "author", "body", "position", "created_at", "edited_at", "deleted_at"]

    def get_search_results(self, request, queryset, search_term):
        return super().get_search_results(request, queryset, fold(search_term))

    def get_queryset(self, request):
        return super().get_queryset(request).exclude(room__kind=Room.Kind.DIRECT)

    @admin.display(description=_("message"))
    def excerpt(self, message):
        return message.body[:80] or ", ".join(file.name for file in message.files)[:80] or "…"

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, message=None):
        return False

    def delete_model(self, request, message):
        actions.delete_message(message, by=request.user)

    def delete_queryset(self, request, messages):
        for message in messages.select_related("room"):
            actions.delete_message(message, by=request.user)
