from django.urls import path

from . import views

urlpatterns = [
    path("later/", views.later, name="later"),
    path("later/<int:pk>/done/", views.finish, name="finish_saved"),
    path("later/<int:pk>/reopen/", views.reopen, name="reopen_saved"),
    path("later/<int:pk>/remove/", views.remove, name="remove_saved"),
    path("messages/<int:pk>/save/", views.save, name="save"),
]
