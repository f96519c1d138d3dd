"""Rejects input that is not valid UTF-8 text with 400, before anything reads it.

That includes other charsets, percent-encodings of other bytes, lone surrogates, and NUL, which
PostgreSQL cannot store (SQLite can). One exception: NUL in the value of a form's field is left to
the form, which rejects it and names the field.
"""

import re
from urllib.parse import unquote_to_bytes

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.db import connection
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render

UTF_8 = {"utf-8", "utf8"}
FORMS = {"application/x-www-form-urlencoded", "multipart/form-data"}
# `charset=…`, and the charset of any extended parameter: `filename*=utf-8''…` (RFC 8187, 3.2).
_CHARSET = re.compile(
    r"""\bcharset[*\d]*\s*=\s*"?([^\s";]*)|[\w-]\*[*\d]*\s*=\s*"?([^\s"';]*)'""", re.IGNORECASE
)
_FILE = re.compile(r"\bfilename[*\d]*\s*=", re.IGNORECASE)


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
        if not is_form or _is_all_text(request.POST):
            return self.get_response(request)
        with connection.execute_wrapper(_refuse_unstorable):
            return self.get_response(request)


def check_headers(request):
    """Raise BadRequest if a header or a cookie holds NUL, or a charset is not UTF-8."""
    content_type = request.META.get("CONTENT_TYPE", "")
    headers = [value for name, value in request.META.items() if name.startswith("HTTP_")]
    # Check parsed cookies: quoted ones can escape any octet.
    cookies = [*request.COOKIES, *request.COOKIES.values()]
    if not all(map(_is_text, [content_type, *headers, *cookies])):
        raise BadRequest("A header is not text.")
    _check_charset(content_type)
    if (request.encoding or "utf-8").lower() not in UTF_8:
        raise BadRequest("The charset is not UTF-8.")


def check_address(request):
    """Raise BadRequest if the path or the query string is not UTF-8, or holds NUL."""
    scope = getattr(request, "scope", {})  # requests of tests are WSGI's and have none
    path = scope.get("raw_path") or _encoded(request.path_info)
    for octets in (path, _encoded(request.META.get("QUERY_STRING", ""))):
        if not _is_text(_decoded(unquote_to_bytes(octets))):
            raise BadRequest("The address is not text.")


def check_body(request):
    """Raise BadRequest if a form is malformed or not UTF-8, or a field's name holds NUL."""
    try:
        octets, fields = request.body, request.POST
    except (LookupError, MultiPartParserError, SuspiciousOperation, ValueError) as error:
        raise BadRequest("The form cannot be read.") from error
    if request.content_type == "multipart/form-data":
        _check_parts(octets, request.content_params["boundary"].encode())
    else:
        _decoded(unquote_to_bytes(octets))
    if not all(map(_is_text, fields)):
        raise BadRequest("The name of a field is not text.")
    if not UTF_8.issuperset(text.lower() for text in fields.getlist("_charset_")):
        raise BadRequest("The charset is not UTF-8.")


def _check_parts(octets, boundary):
    """Raise BadRequest if a part's headers, or a part that is not a file, are not UTF-8."""
    for part in octets.split(b"--" + boundary)[1:]:
        headers, _blank_line, content = part.partition(b"\r\n\r\n")
        headers = _decoded(headers)
        if not _is_text(headers):
            raise BadRequest("A header is not text.")
        _check_charset(headers)
        if not _FILE.search(headers):
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


def _is_text(text):
    """Return True if every database and every encoder accepts `text`."""
    if "\0" in text:
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_all_text(fields):
    return all(_is_text(value) for _name, values in fields.lists() for value in values)


def _refuse_unstorable(execute, sql, params, many, context):
    """Raise BadRequest if a query's parameters hold NUL, on every database (execute_wrapper)."""
    for row in params if many else [params]:
        values = row.values() if isinstance(row, dict) else row or ()
        if not all(_is_text(value) for value in values if isinstance(value, str)):
            raise BadRequest("This cannot be stored.")
    return execute(sql, params, many, context)
