"""The page of imports, for administrators: how far they are, and how to begin one."""

from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from users.views.access import administrators_only

from .models import Import
from .shown import OPTIONS, SOURCES, shown

IMPORTS_SHOWN = 50


@never_cache
@require_safe
@administrators_only
def imports(request):
    runs = Import.objects.select_related("started_by")[:IMPORTS_SHOWN]

    page = {"imports": [shown(run) for run in runs], "sources": SOURCES, "options": OPTIONS}
    return render(request, "operations/imports.html", page)
