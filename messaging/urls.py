"""Include the URLs of all packages of messaging."""

from django.urls import include, path

app_name = "messaging"

urlpatterns = [
    path("", include("messaging.conversation.urls")),
    path("", include("messaging.noscript.urls")),
    path("", include("messaging.message.urls")),
    path("", include("messaging.attachments.urls")),
    path("", include("messaging.drafts.urls")),
    path("", include("messaging.completion.urls")),
    path("", include("messaging.unread.urls")),
    path("", include("messaging.later.urls")),
    path("", include("messaging.search.urls")),
    path("", include("messaging.help.urls")),
    path("", include("messaging.pins.urls")),
    path("", include("messaging.shared_files.urls")),
    path("", include("messaging.previews.urls")),
    path("", include("messaging.reports.urls")),
    path("", include("messaging.reactions.urls")),
    path("", include("messaging.notifications.urls")),
    path("", include("messaging.scheduled.urls")),
    path("", include("messaging.webhooks.incoming.urls")),
    path("", include("messaging.webhooks.outgoing.urls")),
]
