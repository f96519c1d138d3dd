from django.urls import path

from . import views

urlpatterns = [
    path("rooms/<room:slug>/live/", views.live, name="live"),
    path("rooms/<room:slug>/compose/", views.compose, name="compose"),
    path("rooms/<room:slug>/reading/", views.choose_reading, name="reading"),
]
