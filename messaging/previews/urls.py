from django.urls import path

from . import views

urlpatterns = [
    path("messages/<int:pk>/preview/", views.remove, name="preview"),
    path("messages/<int:pk>/preview/<str:key>.webp", views.picture, name="preview_picture"),
]
