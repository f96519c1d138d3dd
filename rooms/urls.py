from django.urls import include, path, register_converter
from django.urls.converters import StringConverter

from . import views
from .moderation import views as moderation_views


class SlugConverter(StringConverter):
    """Match valid slugs of rooms only, because a NUL in a query is an error in PostgreSQL."""

    regex = r"[-\w]{1,80}"


register_converter(SlugConverter, "room")

app_name = "rooms"

urlpatterns = [
    path("", views.home, name="home"),
    path("rooms/", views.rooms, name="rooms"),
    path("", include("rooms.directory.urls")),
    path("", include("rooms.sidebar.urls")),
    path("rooms/<room:slug>/join/", views.join, name="join"),
    path("rooms/<room:slug>/leave/", views.leave, name="leave"),
    path("rooms/<room:slug>/people/", views.people, name="people"),
    path("rooms/<room:slug>/people/<int:pk>/", views.person, name="person"),
    path("rooms/<room:slug>/people/<int:pk>/remove/", views.remove, name="remove"),
    path("rooms/<room:slug>/people/<int:pk>/mute/", moderation_views.mute, name="mute"),
    path("rooms/<room:slug>/people/<int:pk>/unmute/", moderation_views.unmute, name="unmute"),
    path("rooms/<room:slug>/bans/", moderation_views.bans, name="bans"),
    path("rooms/<room:slug>/bans/<int:pk>/lift/", moderation_views.lift_ban, name="lift_ban"),
    path("rooms/<room:slug>/log/", moderation_views.log, name="log"),
    path("rooms/<room:slug>/settings/", views.settings, name="settings"),
    path("rooms/<room:slug>/settings/pace/", moderation_views.pace, name="pace"),
    path("rooms/<room:slug>/settings/archive/", views.archive, name="archive"),
    path("rooms/<room:slug>/settings/restore/", views.restore, name="restore"),
    path("rooms/<room:slug>/settings/delete/", views.delete, name="delete"),
    path("", include("rooms.direct.urls")),
    path("", include("rooms.previews.urls")),
    path("", include("rooms.invitations.urls")),
    path("", include("rooms.tokens.urls")),
    path("", include("rooms.bots.urls")),
]
