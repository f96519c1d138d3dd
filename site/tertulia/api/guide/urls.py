from django.urls import path

from . import views

urlpatterns = [path("help/api/", views.guide, name="api_guide")]
