from django.urls import path

from . import views

urlpatterns = [
    path("bots/<int:pk>/webhooks/", views.webhooks, name="outgoing_webhooks"),
    path("bots/<int:pk>/webhooks/new/", views.add, name="add_outgoing_webhook"),
    path("webhooks/<int:pk>/", views.webhook, name="outgoing_webhook"),
    path("webhooks/<int:pk>/edit/", views.edit, name="edit_outgoing_webhook"),
    path("webhooks/<int:pk>/remove/", views.remove, name="remove_outgoing_webhook"),
    path("webhooks/<int:pk>/secret/", views.secret, name="outgoing_webhook_secret"),
    path("webhooks/<int:pk>/off/", views.off, name="turn_off_outgoing_webhook"),
    path("webhooks/<int:pk>/on/", views.on, name="turn_on_outgoing_webhook"),
    path("webhooks/<int:pk>/test/", views.test, name="test_outgoing_webhook"),
    path("webhooks/<int:pk>/attempts/<int:attempt>/again/", views.again, name="send_webhook_again"),
]
