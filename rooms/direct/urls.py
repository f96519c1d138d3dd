"""Addresses of direct rooms, in the namespace of rooms."""

from django.urls import path

from . import views

urlpatterns = [
    path("conversations/new/", views.new_conversation, name="new_conversation"),
    path("people/<int:pk>/talk/", views.talk, name="talk"),
    path("rooms/<room:slug>/make-room/", views.make_room, name="make_room"),
]
