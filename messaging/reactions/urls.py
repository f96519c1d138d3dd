from django.urls import path

from . import views

urlpatterns = [path("messages/<int:pk>/reactions/", views.reactions, name="reactions")]
