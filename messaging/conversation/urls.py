from django.urls import path

from . import transcript, views

urlpatterns = [
    path("rooms/<room:slug>/", views.room, name="room"),
    path("rooms/<room:slug>/messages/", views.post, name="post"),
    path("rooms/<room:slug>/transcript/", transcript.transcript, name="transcript"),
]
