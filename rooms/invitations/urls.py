from django.urls import path

from . import views

urlpatterns = [
    path("rooms/<room:slug>/invite/", views.invite, name="invite"),
    path("rooms/<room:slug>/invite/<int:pk>/revoke/", views.revoke, name="revoke_invite"),
    path("invitations/<token>/join/", views.accept, name="accept_invitation"),
]
