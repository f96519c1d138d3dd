from django.urls import include, path, register_converter
from django.urls.converters import StringConverter

from . import views
from .moderation import views as moderation_views


class SlugConverter(StringConverter):
    """Match valid slugs of rooms only, because a NUL in a query is an error in PostgreSQL."""

    regex = r"[-\w]{1,80}"


register_converter(SlugConverter, "room")

app_name = "rooms"

# One expression finds the room for all of these.
of_a_room = [
    path("join/", views.join, name="join"),
    path("leave/", views.leave, name="leave"),
    path("people/", views.people, name="people"),
    path("people/<int:pk>/", views.person, name="person"),
    path("people/<int:pk>/remove/", views.remove, name="remove"),
    path("people/<int:pk>/mute/", moderation_views.mute, name="mute"),
    path("people/<int:pk>/unmute/", moderation_views.unmute, name="unmute"),
    path("bans/", moderation_views.bans, name="bans"),
    path("bans/<int:pk>/lift/", moderation_views.lift_ban, name="lift_ban"),
    path("log/", moderation_views.log, name="log"),
    path("settings/", views.settings, name="settings"),
    path("settings/pace/", moderation_views.pace, name="pace"),
    path("settings/archive/", views.archive, name="archive"),
    path("settings/restore/", views.restore, name="restore"),
    path("settings/delete/", views.delete, name="delete"),
]

urlpatterns = [
    path("", views.home, name="home"),
    path("rooms/", views.rooms, name="rooms"),
    path("", include("rooms.directory.urls")),
    path("", include("rooms.sidebar.urls")),
    path("rooms/<room:slug>/", include(of_a_room)),
    path("", include("rooms.direct.urls")),
    path("", include("rooms.previews.urls")),
    path("", include("rooms.invitations.urls")),
    path("", include("rooms.tokens.urls")),
    path("", include("rooms.bots.urls")),
]
