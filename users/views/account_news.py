"""The page of what others did with the user's account."""

from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from ..account_news import note_seen
from ..audit import AuditEntry

ENTRIES_SHOWN = 100


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def account_news(request):
    if request.method == "POST":
        note_seen(request)
        return redirect("users:account_news")

    entries = AuditEntry.objects.about_account(request.user).for_display()[:ENTRIES_SHOWN]
    return render(request, "users/account_news.html", {"entries": entries})
