from django.urls import path

from . import views

urlpatterns = [
    path("rooms/<room:slug>/scheduled/", views.schedule, name="schedule"),
    path("scheduled/", views.scheduled, name="scheduled"),
    path("scheduled/<int:pk>/edit/", views.change, name="change_scheduled"),
    path("scheduled/<int:pk>/cancel/", views.cancel, name="cancel_scheduled"),
    path("scheduled/<int:pk>/send/", views.send, name="send_scheduled"),
    path("scheduled/dismiss/", views.dismiss, name="dismiss_late"),
]
