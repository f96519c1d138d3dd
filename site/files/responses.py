"""Responses with the bytes of a stored file: all of them, a range, or "not modified" (RFC 9110).

Django's FileResponse reads a whole file into memory under ASGI, and knows no ranges, without which
Safari plays no video.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header, parse_etags

from core import read_only

from . import stores
from .kinds import UNKNOWN, is_inline
from .models import Blob
from .ranges import Unsatisfiable, range_of
from .reading import Reading, Stream, log_error

AT_ONCE_BYTES = stores.PIECE  # a longer response is streamed
RETRY_SECONDS = 60  # after the store did not answer

_ALWAYS = {
    "Accept-Ranges": "bytes",
    "Cache-Control": "private, max-age=31536000, immutable",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Vary": "Cookie",
    "X-Content-Type-Options": "nosniff",
}
_POLICY = "default-src 'none'; sandbox"
# The page that a browser makes of a film or a sound loads it once more, as a part of itself, which
# a page without an origin may not. Still no script runs.
_MEDIA_POLICY = "default-src 'none'; media-src 'self'; sandbox allow-same-origin"
_PAGES = {404: "files/missing.html", 503: "files/unavailable.html"}
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]")


class _Sent(NamedTuple):
    """What is sent: the file of a Blob, or its small picture."""

    key: str
    name: str  # in the store
    size: int
    content_type: str
    etag: str
    saved_as: str
    stored_in: str

    def read(self, start: int, end: int) -> Reading:
        pieces = stores.store_named(self.stored_in).read(self.name, start, end)
        return Reading(self.key, pieces, end - start)


def answer(
    request: HttpRequest,
    blob: Blob,
    name: str,
    small: bool = False,
    is_allowed: Callable[[], bool] | None = None,
    is_kept: bool = True,
    refuse: Callable[[HttpRequest, int], HttpResponse] | None = None,
) -> HttpResponseBase:
    """Return the response to a GET or HEAD for the file of `blob`, or for its small picture.

    The caller has checked that the user may read it. A long response takes a while: `is_allowed`,
    which may run queries, is called meanwhile, and the connection is cut if it returns False.
    A browser saves the file as `name`, and keeps it in its cache if `is_kept`. If the store does
    not have the bytes, or not now, the response is a page, or that of `refuse(request, status)`.
    """
    response = _answer(request, _sent(blob, name, small), is_allowed, refuse or _page)
    if not is_kept:
        response["Cache-Control"] = "private, no-store"
    return response


def _answer(
    request: HttpRequest,
    sent: _Sent,
    is_allowed: Callable[[], bool] | None,
    refuse: Callable[[HttpRequest, int], HttpResponse],
) -> HttpResponseBase:
    if _has_another(request, sent.etag):
        return _without_content(sent, 412)
    if _has_this(request, sent.etag):
        return _with_headers(HttpResponse(status=304), sent, "Content-Type")
    try:
        found = None if _is_head(request) else _range_asked(request, sent)
    except Unsatisfiable:
        response = _without_content(sent, 416)
        response["Content-Range"] = f"bytes */{sent.size}"
        return response
    try:
        return _with_content(request, sent, found, is_allowed)
    except stores.Missing as error:
        log_error(sent.key, error)
        return refuse(request, 404)
    except stores.Unavailable as error:
        log_error(sent.key, error)
        response = refuse(request, 503)
        response["Retry-After"] = str(RETRY_SECONDS)
        return response


def _page(request: HttpRequest, status: int) -> HttpResponse:
    return render(request, _PAGES[status], status=status)


def _sent(blob: Blob, name: str, small: bool) -> _Sent:
    stored, size, content_type = blob.key, blob.size, blob.content_type
    if small:
        stored, size, content_type = blob.small_name, blob.small_size, "image/webp"
        name = f"{name.rpartition('.')[0] or name}.webp"
    content_type = content_type if is_inline(content_type) else UNKNOWN
    saved_as = _CONTROLS.sub("", name)
    return _Sent(blob.key, stored, size, content_type, f'"{stored}"', saved_as, blob.stored_in)


def _has_another(request: HttpRequest, etag: str) -> bool:
    """Return True if the client wants to go on only with another version (If-Match)."""
    etags = parse_etags(request.headers.get("If-Match", ""))
    return bool(etags) and etags != ["*"] and etag not in etags


def _has_this(request: HttpRequest, etag: str) -> bool:
    """Return True if the client has the file (If-None-Match)."""
    etags = parse_etags(request.headers.get("If-None-Match", ""))
    return etags == ["*"] or etag in {given.removeprefix("W/") for given in etags}


def _range_asked(request: HttpRequest, sent: _Sent) -> tuple[int, int] | None:
    """Return the range that the client asks for, None for the whole file."""
    if request.headers.get("If-Range", sent.etag).strip() != sent.etag:
        return None
    return range_of(request.headers.get("Range", ""), sent.size)


def _is_head(request: HttpRequest) -> bool:
    return request.method == "HEAD" or read_only.is_head()


def _with_content(
    request: HttpRequest,
    sent: _Sent,
    found: tuple[int, int] | None,
    is_allowed: Callable[[], bool] | None,
) -> HttpResponseBase:
    """Return the response with the range `found`, or the whole file."""
    start, end = found or (0, sent.size)
    response: HttpResponseBase
    if _is_head(request):
        sent.read(0, min(1, sent.size)).all()
        response = HttpResponse()
    elif end - start <= AT_ONCE_BYTES:
        response = HttpResponse(sent.read(start, end).all())
    else:
        response = StreamingHttpResponse(Stream(sent.read(start, end), is_allowed))
    response["Content-Length"] = str(end - start)
    if found:
        response.status_code = 206
        response["Content-Range"] = f"bytes {start}-{end - 1}/{sent.size}"
    response["Content-Type"] = sent.content_type
    is_download = sent.content_type == UNKNOWN
    response["Content-Disposition"] = content_disposition_header(is_download, sent.saved_as)
    return _with_headers(response, sent)


def _without_content(sent: _Sent, status: int) -> HttpResponse:
    """Return a response that is not about the file, so that nothing may keep it."""
    response = HttpResponse(status=status, content_type="text/plain; charset=utf-8")
    _with_headers(response, sent)
    response["Cache-Control"] = "no-store"
    return response


def _with_headers[R: HttpResponseBase](response: R, sent: _Sent, without: str = "") -> R:
    """Set the headers that every response has. A 304 too: browsers replace what they have kept."""
    response["ETag"] = sent.etag
    is_media = sent.content_type.startswith(("audio/", "video/"))
    response["Content-Security-Policy"] = _MEDIA_POLICY if is_media else _POLICY
    for name, value in _ALWAYS.items():
        response[name] = value
    if without:
        del response[without]
    return response
