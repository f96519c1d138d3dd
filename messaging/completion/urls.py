from django.urls import path

from . import views

urlpatterns = [path("rooms/<room:slug>/complete/", views.complete, name="complete")]
