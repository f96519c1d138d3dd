"""The body of what is sent: at most MAX_PAYLOAD bytes of JSON."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

MAX_PAYLOAD = 20_000  # bytes, as Standard Webhooks advise
CUT = "…"


def payload(kind: str, at: datetime, data: Mapping[str, Any]) -> bytes:
    """Return the body of a webhook. If it would be too long, `data` is cut and has `is_cut`."""
    document = {"type": kind, "timestamp": at.isoformat(), "data": dict(data)}
    whole = _encoded(document)
    if len(whole) <= MAX_PAYLOAD:
        return whole
    document["data"] = _small(document, document["data"] | {"is_cut": True})
    return _with_short_body(document, data.get("body") or "")


def _small(document: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
    """Return `data` without what takes more than half of the space besides the text."""
    without = data | {"files": [file | {"alt": ""} for file in data.get("files", [])]}
    for smaller in (data, without, without | {"files": []}):
        for small in (smaller, smaller | {"preview": None}):
            size = len(_encoded(document | {"data": small | {"body": ""}}))
            if size <= MAX_PAYLOAD // 2:
                return {name: small[name] for name in data}
    return {name: small[name] for name in data}


def _with_short_body(document: dict[str, Any], body: str) -> bytes:
    """Return the document with as much of `body` as there is space for."""
    least, most = 0, len(body)
    while least < most:
        middle = (least + most + 1) // 2
        if len(_cut(document, body, middle)) <= MAX_PAYLOAD:
            least = middle
        else:
            most = middle - 1
    return _cut(document, body, least)


def _cut(document: dict[str, Any], body: str, count: int) -> bytes:
    text = body if count == len(body) else body[:count] + CUT
    return _encoded(document | {"data": document["data"] | {"body": text}})


def _encoded(document: dict[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
