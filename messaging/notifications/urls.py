from django.urls import path

from . import views

urlpatterns = [
    path("rooms/<room:slug>/notifications/", views.room_notifications, name="room_notifications"),
    path("mentions/", views.mentions, name="mentions"),
    path("notifications/stop/<token>/", views.stop, name="stop_notifications"),
    # The address in mails sent before notifications had this name. One-click unsubscribing (RFC
    # 8058) follows no redirect, so the view itself answers there.
    path("notices/stop/<token>/", views.stop, name="stop_notifications_old_address"),
]
