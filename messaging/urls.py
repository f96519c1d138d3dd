from django.urls import path

from . import frames, views

app_name = "messaging"

urlpatterns = [
    path("rooms/<room:slug>/", views.room, name="room"),
    path("rooms/<room:slug>/messages/", views.post, name="post"),
    path("rooms/<room:slug>/live/", frames.live, name="live"),
    path("rooms/<room:slug>/compose/", frames.compose, name="compose"),
    path("rooms/<room:slug>/reading/", frames.choose_reading, name="reading"),
    path("messages/<int:pk>/", views.message, name="message"),
    path("messages/<int:pk>/edit/", views.edit, name="edit"),
    path("messages/<int:pk>/delete/", views.delete, name="delete"),
]
