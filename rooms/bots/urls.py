from django.urls import path

from . import views

urlpatterns = [
    path("bots/", views.bots, name="bots"),
    path("bots/<int:pk>/", views.bot, name="bot"),
    path("bots/<int:pk>/tokens/", views.tokens, name="bot_tokens"),
    path("bots/<int:pk>/retire/", views.retire, name="retire_bot"),
    path("bots/<int:pk>/restart/", views.restart, name="restart_bot"),
    path("bots/<int:pk>/owner/", views.hand_over, name="hand_over_bot"),
    path("bots/<int:pk>/avatar/", views.picture, name="bot_avatar"),
    path("bots/<int:pk>/avatar/remove/", views.remove_picture, name="remove_bot_avatar"),
    path("bots/<int:pk>/join/", views.join, name="join_bot"),
    path("bots/<int:pk>/leave/<room:slug>/", views.leave, name="take_out_bot"),
]
