from django.urls import path

from . import views

urlpatterns = [path("rooms/<room:slug>/draft/", views.draft, name="draft")]
