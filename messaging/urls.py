from django.urls import path

from .conversation import transcript
from .conversation import views as conversation_views
from .message import views
from .noscript import views as noscript_views
from .notifications import views as notifications_views
from .reports import views as reports_views
from .search import views as search_views

app_name = "messaging"

urlpatterns = [
    path("rooms/<room:slug>/", conversation_views.room, name="room"),
    path("rooms/<room:slug>/messages/", conversation_views.post, name="post"),
    path("rooms/<room:slug>/live/", noscript_views.live, name="live"),
    path("rooms/<room:slug>/compose/", noscript_views.compose, name="compose"),
    path("rooms/<room:slug>/transcript/", transcript.transcript, name="transcript"),
    path("rooms/<room:slug>/reading/", noscript_views.choose_reading, name="reading"),
    path("rooms/<room:slug>/notices/", notifications_views.room_notices, name="notices"),
    path("search/", search_views.search, name="search"),
    path("mentions/", notifications_views.mentions, name="mentions"),
    path("notices/stop/<token>/", notifications_views.stop, name="stop_notices"),
    path("messages/<int:pk>/", views.message, name="message"),
    path("messages/<int:pk>/edit/", views.edit, name="edit"),
    path("messages/<int:pk>/delete/", views.delete, name="delete"),
    path("messages/<int:pk>/report/", reports_views.report, name="report"),
    path("reports/", reports_views.reports, name="reports"),
    path("reports/<int:pk>/resolve/", reports_views.resolve, name="resolve_report"),
    path("reports/<int:pk>/delete/", reports_views.delete, name="delete_reported"),
    path("reports/<int:pk>/mute/", reports_views.mute, name="mute_reported"),
]
