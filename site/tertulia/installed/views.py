"""The manifest and the service worker. Both are public, and say no more than the login page."""

from functools import cache

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, JsonResponse
from django.templatetags.static import static
from django.utils.translation import get_language
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from users.themes import Look

NAME = "Tertulia"
ICONS = [
    {"src": "icon-192.png", "sizes": "192x192", "purpose": "any"},
    {"src": "icon-512.png", "sizes": "512x512", "purpose": "any"},
    {"src": "icon-maskable-512.png", "sizes": "512x512", "purpose": "maskable"},
]


@cache_control(no_cache=True)
@login_not_required
@require_safe
def manifest(request):
    """Return the manifest (https://www.w3.org/TR/appmanifest/).

    Browsers request it without cookies, so it is in the workspace's look and not in a reader's.
    """
    name = request.workspace.name if request.workspace else NAME
    colours = Look.of(None, request.workspace).colours[0]
    content = {
        "id": "/",
        "name": name,
        "short_name": name,
        "lang": get_language(),
        "dir": "auto",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "theme_color": colours.surface,
        "background_color": colours.paper,
        "icons": [icon | {"src": static(icon["src"]), "type": "image/png"} for icon in ICONS],
    }
    return JsonResponse(content, content_type="application/manifest+json")


@cache_control(no_cache=True)
@login_not_required
@require_safe
def service_worker(request):
    """Return the service worker, here because one at /static/ may not handle the pages of `/`."""
    return HttpResponse(_worker(), content_type="text/javascript")


@cache
def _worker():
    return (settings.BASE_DIR / "site" / "static" / "sw.min.js").read_bytes()
