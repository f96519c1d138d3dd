from django.contrib import admin
from django.urls import include, path

from . import views

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("accounts/", include("allauth.urls")),
    path("", include("users.urls")),
    path("", include("rooms.urls")),
    path("", include("messaging.urls")),
    path("admin/", admin.site.urls),
]
