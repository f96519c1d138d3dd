from django.urls import path

from . import views

urlpatterns = [
    path("rooms/<room:slug>/notices/", views.room_notices, name="notices"),
    path("mentions/", views.mentions, name="mentions"),
    path("notices/stop/<token>/", views.stop, name="stop_notices"),
]
