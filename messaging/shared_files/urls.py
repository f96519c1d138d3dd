from django.urls import path

from . import views

urlpatterns = [
    path("rooms/<room:slug>/files/", views.files, name="files"),
    path("messages/<int:pk>/files/", views.message_files, name="message_files"),
    path("profile/files/", views.own_files, name="own_files"),
    path("profile/files/delete/", views.delete_files, name="delete_files"),
]
