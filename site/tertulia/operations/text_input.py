"""Rejects input that is not valid UTF-8 text with 400, before anything reads it.

A form is read here for the first time, so one that is too large for Django's limits, or for the
disk, is refused here too.

That includes other charsets, percent-encodings of other bytes, lone surrogates, and NUL, which
PostgreSQL cannot store (SQLite can). One exception: NUL in the value of a form's field is left to
the form, which rejects it and names the field.
"""

import re
from urllib.parse import unquote_to_bytes

from django.conf import settings
from django.core.exceptions import (
    BadRequest,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFilesSent,
)
from django.db import connection
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render

from core.text import is_storable

from .form_parts import CheckedStream
from .refusal_pages import refused

MULTIPART = "multipart/form-data"
UTF_8 = {"utf-8", "utf8"}
FORMS = {"application/x-www-form-urlencoded", MULTIPART}
# `charset=…`, and the charset of any extended parameter: `filename*=utf-8''…` (RFC 8187, 3.2).
_CHARSET = re.compile(
    r"""\bcharset[*\d]*\s*=\s*"?([^\s";]*)|[\w-]\*[*\d]*\s*=\s*"?([^\s"';]*)'""", re.IGNORECASE
)


class TextInputMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        is_form = request.method == "POST" and request.content_type in FORMS
        try:
            check_headers(request)
            check_address(request)
            if is_form:
                check_body(request)
        except BadRequest:
            # Not by Django's own handler: that reads the form to render the CSRF token.
            return render(request, "400.html", status=400)
        except TooManyFilesSent:
            return refused(request, 413, "many")
        except RequestDataTooBig:
            return refused(request, 413)
        except OSError:  # a file could not be written to the disk
            return refused(request, 507)
        if not is_form or _is_all_text(request.POST):
            return self.get_response(request)
        with connection.execute_wrapper(refuse_unstorable):
            return self.get_response(request)


def check_headers(request):
    """Raise BadRequest if a header or a cookie holds NUL, or a charset is not UTF-8."""
    content_type = request.META.get("CONTENT_TYPE", "")
    headers = [value for name, value in request.META.items() if name.startswith("HTTP_")]
    # Check parsed cookies: quoted ones can escape any octet.
    cookies = [*request.COOKIES, *request.COOKIES.values()]
    if not all(map(is_storable, [content_type, *headers, *cookies])):
        raise BadRequest("A header is not text.")
    _check_charset(content_type)
    if (request.encoding or "utf-8").lower() not in UTF_8:
        raise BadRequest("The charset is not UTF-8.")


def check_address(request):
    """Raise BadRequest if the path or the query string is not UTF-8, or holds NUL."""
    scope = getattr(request, "scope", {})  # requests of tests are WSGI's and have none
    path = scope.get("raw_path") or _encoded(request.path_info)
    for octets in (path, _encoded(request.META.get("QUERY_STRING", ""))):
        if not is_storable(_decoded(unquote_to_bytes(octets))):
            raise BadRequest("The address is not text.")


def check_body(request):
    """Raise BadRequest if a form is malformed or not UTF-8, or a field's name holds NUL.

    Raise what Django raises if it is too large, and OSError if its files cannot be written.
    """
    is_multipart = request.content_type == MULTIPART
    if is_multipart:
        boundary = request.content_params.get("boundary", "").encode()
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        request._stream = CheckedStream(request._stream, boundary, _check_part, limit)
    try:
        fields = request.POST
    except (TooManyFilesSent, RequestDataTooBig):
        raise
    except (LookupError, MultiPartParserError, SuspiciousOperation, ValueError) as error:
        raise BadRequest("The form cannot be read.") from error
    if not is_multipart:
        _decoded(unquote_to_bytes(request.body))
    if not all(map(is_storable, fields)):
        raise BadRequest("The name of a field is not text.")
    if not UTF_8.issuperset(text.lower() for text in fields.getlist("_charset_")):
        raise BadRequest("The charset is not UTF-8.")


def _check_part(headers, content):
    """Raise BadRequest if a part's headers, or its content, are not UTF-8."""
    headers = _decoded(headers)
    if not is_storable(headers):
        raise BadRequest("A header is not text.")
    _check_charset(headers)
    _decoded(content)


def _check_charset(header):
    for charset, extended in _CHARSET.findall(header):
        if (charset or extended).lower() not in UTF_8:
            raise BadRequest("The charset is not UTF-8.")


def _decoded(octets):
    try:
        return octets.decode()
    except UnicodeDecodeError as error:
        raise BadRequest("This is not UTF-8.") from error


def _encoded(text):
    return text.encode(errors="surrogatepass")


def _is_all_text(fields):
    return all(is_storable(value) for _name, values in fields.lists() for value in values)


def refuse_unstorable(execute, sql, params, many, context):
    """Raise BadRequest if a query's parameters hold NUL, on every database (execute_wrapper)."""
    for row in params if many else [params]:
        values = row.values() if isinstance(row, dict) else row or ()
        if not all(is_storable(value) for value in values if isinstance(value, str)):
            raise BadRequest("This cannot be stored.")
    return execute(sql, params, many, context)
