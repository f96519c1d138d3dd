from django.urls import path

from . import views

urlpatterns = [
    path("profile/tokens/", views.tokens, name="tokens"),
    path("profile/tokens/<int:pk>/revoke/", views.revoke, name="revoke_token"),
]
