from django.urls import path

from . import views

urlpatterns = [
    path("unread/", views.unread, name="unread"),
    path("unread/read/", views.read_all, name="read_all"),
    path("rooms/<room:slug>/read/", views.read, name="read"),
    path("rooms/<room:slug>/seen/", views.seen, name="seen"),
    path("messages/<int:pk>/unread/", views.mark_unread, name="mark_unread"),
]
