from django.urls import path

from . import views

urlpatterns = [
    path("notifications/", views.notifications, name="notifications"),
    path("notifications/quiet/", views.quiet_hours, name="quiet_hours"),
    path("notifications/pause/", views.pause, name="pause_notifications"),
    path("notifications/devices/", views.subscribe, name="subscribe"),
    path("notifications/devices/<int:pk>/forget/", views.forget_device, name="forget_device"),
    path("notifications/devices/<int:pk>/test/", views.test_device, name="test_device"),
    path("notifications/discreet/", views.discreet_notifications, name="discreet_notifications"),
    path("notifications/email/", views.email, name="email_notifications"),
    path("rooms/<room:slug>/notifications/", views.room_notifications, name="room_notifications"),
    path("mentions/", views.mentions, name="mentions"),
    path("notifications/stop/<token>/", views.stop, name="stop_notifications"),
    # The old address, in mails that were sent before the rename. One-click unsubscribing (RFC 8058)
    # does not follow redirects, so the view itself answers here.
    path("notices/stop/<token>/", views.stop, name="stop_notifications_old_address"),
]
