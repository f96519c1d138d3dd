from django.urls import path

from . import views

urlpatterns = [
    path("messages/<int:pk>/report/", views.report, name="report"),
    path("reports/", views.reports, name="reports"),
    path("reports/<int:pk>/history/", views.history, name="edit_history"),
    path(
        "reports/<int:pk>/files/<str:key>/small",
        views.file,
        {"small": True},
        name="small_reported_picture",
    ),
    path("reports/<int:pk>/files/<str:key>/<path:name>", views.file, name="reported_file"),
    path("reports/<int:pk>/resolve/", views.resolve, name="resolve_report"),
    path("reports/<int:pk>/delete/", views.delete, name="delete_reported"),
    path("reports/<int:pk>/mute/", views.mute, name="mute_reported"),
]
