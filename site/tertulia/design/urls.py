from django.urls import path

from . import gallery

app_name = "design"

urlpatterns = [
    path("", gallery.gallery, name="gallery"),
    path("version/", gallery.version, name="version"),
    path("<str:slug>/", gallery.sample, name="sample"),
]
