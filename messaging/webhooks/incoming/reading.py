"""Read what a program sent: JSON, or a form with the field `payload` or `text`."""

import json

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import UnreadablePostError
from django.http.multipartparser import MultiPartParserError

URL_ENCODED, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
# What Django and json raise for a body that is malformed, too deep or has too many fields.
_MALFORMED = (
    *(BadRequest, MultiPartParserError, SuspiciousOperation, UnreadablePostError),
    *(LookupError, RecursionError, ValueError),
)


class Unreadable(Exception):
    """The body is no payload."""


def read_payload(request):
    """Return the payload in the body of `request`, a dict; raise Unreadable.

    JSON is taken whatever its type is said to be: `curl -d` calls it a form.
    """
    try:
        payload = _payload(request)
    except _MALFORMED as error:
        raise Unreadable from error
    if not isinstance(payload, dict):
        raise Unreadable
    return payload


def _payload(request):
    is_form = request.content_type in (URL_ENCODED, MULTIPART)
    if not is_form or (request.content_type == URL_ENCODED and _is_json(request.body)):
        return json.loads(request.body.decode("utf-8-sig"))
    request.encoding = "utf-8"
    fields = request.POST
    return json.loads(fields["payload"]) if "payload" in fields else fields.dict()


def _is_json(body):
    return body.lstrip()[:1] == b"{"
