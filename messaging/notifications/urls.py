from django.urls import path

from . import views

urlpatterns = [
    path("notifications/", views.notifications, name="notifications"),
    path("rooms/<room:slug>/notifications/", views.room_notifications, name="room_notifications"),
    path("mentions/", views.mentions, name="mentions"),
    path("notifications/stop/<token>/", views.stop, name="stop_notifications"),
    # The old address, in mails that were sent before the rename. One-click unsubscribing (RFC 8058)
    # does not follow redirects, so the view itself answers here.
    path("notices/stop/<token>/", views.stop, name="stop_notifications_old_address"),
]
