from django.urls import path

from . import views

urlpatterns = [
    path("rooms/new/", views.new, name="new"),
]
