"""Serves the collected static files in front of Django, with WhiteNoise's table of files.

WhiteNoise's middleware is synchronous and needs a thread for every file. Using its table directly
needs none (https://whitenoise.readthedocs.io/en/stable/base.html).
"""

from functools import lru_cache
from pathlib import Path
from wsgiref.headers import Headers

from django.conf import settings
from whitenoise import WhiteNoise

ONE_YEAR = 60 * 60 * 24 * 365


@lru_cache(maxsize=1)
def _files():
    table = WhiteNoise(
        None,
        autorefresh=settings.DEBUG,
        max_age=0 if settings.DEBUG else 60,
        immutable_file_test=lambda path, url: not settings.DEBUG and _is_hashed(url),
        add_headers_function=_add_headers,
        allow_all_origins=False,
    )
    roots = settings.STATICFILES_DIRS if settings.DEBUG else [settings.STATIC_ROOT]
    for root in roots:
        if Path(root).is_dir():
            table.add_files(str(root), prefix=settings.STATIC_URL)
    return table


def _is_hashed(url):
    return len(Path(url).suffixes) > 1 and len(Path(url).suffixes[-2]) == 13


def _add_headers(headers: Headers, path, url):
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"


async def serve_static(scope, send):
    """Answer an HTTP request for a static file; return False if its path has none."""
    table = _files()
    path = scope["path"]
    file = table.find_file(path) if table.autorefresh else table.files.get(path)
    if file is None or scope["method"] not in {"GET", "HEAD"}:
        return False
    environ = {
        f"HTTP_{name.decode('latin-1').upper().replace('-', '_')}": value.decode("latin-1")
        for name, value in scope["headers"]
    }
    response = file.get_response(scope["method"], environ)
    headers = [(name.lower().encode(), value.encode()) for name, value in response.headers]
    content = response.file.read() if response.file is not None else b""
    if response.file is not None:
        response.file.close()
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": content})
    return True
