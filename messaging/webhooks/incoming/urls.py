from django.urls import path

from . import views

urlpatterns = [
    path("hooks/<token>/", views.receive, name="incoming_webhook"),
    path("rooms/<room:slug>/settings/webhooks/", views.webhooks, name="webhooks"),
    path("rooms/<room:slug>/settings/webhooks/<int:pk>/renew/", views.renew, name="renew_webhook"),
    path(
        "rooms/<room:slug>/settings/webhooks/<int:pk>/revoke/", views.revoke, name="revoke_webhook"
    ),
]
