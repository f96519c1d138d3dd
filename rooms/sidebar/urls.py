from django.urls import path

from . import views

urlpatterns = [
    path("switch/", views.switch, name="switch"),
    path("help/keys/", views.keys, name="keys"),
    path("rooms/<room:slug>/list/", views.arrange, name="arrange"),
    path("rooms/<room:slug>/favourite/", views.favourite, name="favourite"),
    path("rooms/<room:slug>/unfavourite/", views.unfavourite, name="unfavourite"),
    path("rooms/<room:slug>/mute/", views.mute, name="mute_room"),
    path("rooms/<room:slug>/unmute/", views.unmute, name="unmute_room"),
]
