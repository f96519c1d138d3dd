"""Read what a program sends: a JSON object, whose unknown fields are ignored."""

import json

from django.utils.translation import gettext_lazy as _

from core.text import is_storable

from .problems import Problem

MAX_JSON_BYTES = 64 * 1024
MAX_DEPTH = 20

_TYPES = {
    str: _("This must be a text."),
    int: _("This must be a whole number."),
    bool: _("This must be true or false."),
}
_NO_OBJECT = _("The body must be a JSON object.")
_UNSTORABLE = _("This text holds a character that cannot be stored.")


def fields_of(request, **types):
    """Return {name: text} of the fields that are sent, as the data of a form.

    `types` are the fields that the address takes: `str`, `int` or `bool`. A field that is null
    counts as not sent. Raise Problem if the body is no JSON object or a value has another type.
    """
    sent = _object_in(request)
    values = {name: sent[name] for name in types if sent.get(name) is not None}
    errors = [
        {"pointer": f"#/{name}", "detail": sentence}
        for name, value in values.items()
        if (sentence := _fault_of(value, types[name]))
    ]
    if errors:
        raise Problem(422, errors=errors)
    return {name: str(value) for name, value in values.items()}


def _fault_of(value, wanted):
    if type(value) is not wanted:
        return _TYPES[wanted]
    return _UNSTORABLE if wanted is str and not is_storable(value) else None


def _object_in(request):
    charset = request.content_params.get("charset", "utf-8").lower()
    if request.content_type != "application/json" or charset not in {"utf-8", "utf8"}:
        raise Problem(415, headers={"Accept": "application/json"})
    body = request.body
    if len(body) > MAX_JSON_BYTES:
        raise Problem(413)
    try:
        found = json.loads(
            body.decode(), object_pairs_hook=_without_repeats, parse_constant=_refuse
        )
    except (ValueError, RecursionError):
        raise Problem(400, "invalid_json") from None
    if _is_too_deep(found):
        raise Problem(400, "invalid_json")
    if not isinstance(found, dict):
        raise Problem(422, errors=[{"pointer": "#", "detail": _NO_OBJECT}])
    return found


def _without_repeats(pairs):
    """Return a dict; raise ValueError if it has a name twice, as readers differ in what it means.

    RFC 8259, 4.
    """
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("A name is there twice.")
    return found


def _refuse(constant):
    raise ValueError(f"{constant} is not JSON.")


def _is_too_deep(value):
    layer = [value]
    for _depth in range(MAX_DEPTH):
        layer = [
            inner
            for outer in layer
            if isinstance(outer, dict | list)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
        if not layer:
            return False
    return True
