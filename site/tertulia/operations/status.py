"""The status page for administrators: processes, tasks, versions."""

import platform

import django
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from files.models import Blob
from users.views.access import administrators_only

from .. import __version__
from ..background import worker
from ..background.models import KeptTask, Process
from . import health

TASKS_SHOWN = 50


@never_cache
@require_safe
@administrators_only
def system(request):
    page = {
        "processes": Process.objects.alive(),
        "readers": sum(process.figures.get("readers", 0) for process in Process.objects.alive()),
        "waiting": KeptTask.objects.waiting().count(),
        "tasks": KeptTask.objects.troubled().order_by("-started_at")[:TASKS_SHOWN],
        "versions": versions(),
        "database_size": database_size(),
        "is_shared": bool(settings.REDIS_URL),
        "files": stored_files(),
    }
    return render(request, "operations/system.html", page)


@require_POST
@administrators_only
def retry_task(request, pk):
    task = get_object_or_404(KeptTask.objects.failed(), pk=pk)

    worker.retry(task)

    return redirect("system")


def versions():
    """Return the software in use as (name, version)."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT sqlite_version()")
        else:
            cursor.execute("SHOW server_version")
        (database,) = cursor.fetchone()
    found = [
        ("Tertulia", __version__),
        ("Python", platform.python_version()),
        ("Django", django.get_version()),
        (connection.display_name, database),
    ]
    if settings.REDIS_URL:
        found.append(("Redis", redis_version()))
    return found


def stored_files():
    """Return the store of files, how many there are, and their bytes: in all and of the largest."""
    return Blob.objects.totals() | {
        "store": settings.FILES_STORE.kind,
        "limit": settings.FILES_LIMIT,
        "quota": settings.FILES_QUOTA,
        "is_small": settings.FILES_STORE.kind == "database" and not settings.FILES_URL,
    }


def redis_version():
    """Return Redis's version, or "" if it does not answer."""
    try:
        health.try_redis()
        return cache._cache.get_client().info("server")["redis_version"]
    except health.Fault:
        return ""


def database_size():
    """Return the size of the database in bytes."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
        else:
            cursor.execute("SELECT pg_database_size(current_database())")
        return cursor.fetchone()[0]
