from django.urls import path

from . import views

app_name = "messaging"

urlpatterns = [
    path("rooms/<str:slug>/", views.room, name="room"),
    path("rooms/<str:slug>/messages/", views.post, name="post"),
    path("messages/<int:pk>/", views.message, name="message"),
    path("messages/<int:pk>/edit/", views.edit, name="edit"),
    path("messages/<int:pk>/delete/", views.delete, name="delete"),
]
