"""The audit log of the whole workspace, for administrators."""

from django.core.paginator import Paginator
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from ..audit import AuditEntry
from .access import administrators_only

ENTRIES_PER_PAGE = 100


@never_cache
@require_safe
@administrators_only
def log(request):
    entries = Paginator(AuditEntry.objects.for_display(), ENTRIES_PER_PAGE)
    page = {"entries": entries.get_page(request.GET.get("page"))}
    return render(request, "users/log.html", page)
