from django.urls import path

from . import frames, views

app_name = "messaging"

urlpatterns = [
    path("rooms/<str:slug>/", views.room, name="room"),
    path("rooms/<str:slug>/messages/", views.post, name="post"),
    path("rooms/<str:slug>/live/", frames.live, name="live"),
    path("rooms/<str:slug>/compose/", frames.compose, name="compose"),
    path("rooms/<str:slug>/reading/", frames.choose_reading, name="reading"),
    path("messages/<int:pk>/", views.message, name="message"),
    path("messages/<int:pk>/edit/", views.edit, name="edit"),
    path("messages/<int:pk>/delete/", views.delete, name="delete"),
]
