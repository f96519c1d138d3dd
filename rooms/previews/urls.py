"""Addresses of the choice of previews, in the namespace of rooms."""

from django.urls import path

from . import views

urlpatterns = [path("rooms/<room:slug>/previews/", views.previews, name="link_previews")]
