from django.urls import path

from . import views

app_name = "users"

urlpatterns = [
    path("setup/", views.setup, name="setup"),
]
