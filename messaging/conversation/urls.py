from django.urls import path

from . import reading_settings, transcript, views

urlpatterns = [
    path("profile/reading/", reading_settings.reading_settings, name="reading_settings"),
    path("rooms/<room:slug>/", views.room, name="room"),
    path("rooms/<room:slug>/messages/", views.post, name="post"),
    path("rooms/<room:slug>/transcript/", transcript.transcript, name="transcript"),
]
