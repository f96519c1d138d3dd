from django.urls import path

from . import views

urlpatterns = [
    path("messages/<int:pk>/", views.message, name="message"),
    path("messages/<int:pk>/reply/", views.reply, name="reply"),
    path("messages/<int:pk>/edit/", views.edit, name="edit"),
    path("messages/<int:pk>/delete/", views.delete, name="delete"),
]
