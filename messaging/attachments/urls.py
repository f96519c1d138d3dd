from django.urls import path

from . import views

urlpatterns = [
    path("files/<str:key>/small", views.small, name="small_picture"),
    path("files/<str:key>/<path:name>", views.file, name="file"),
]
