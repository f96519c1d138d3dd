from django.urls import path

from . import views

urlpatterns = [
    path("messages/<int:pk>/pin/", views.pin, name="pin"),
    path("rooms/<room:slug>/pinned/", views.pinned, name="pinned"),
]
