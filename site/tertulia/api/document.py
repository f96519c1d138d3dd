"""The OpenAPI document of the API (https://spec.openapis.org/oas/v3.1.1.html), for everybody."""

import json
from functools import cache
from pathlib import Path

from django.http import HttpResponse
from django.views.decorators.http import condition

from .. import __version__

PATH = Path(__file__).with_name("openapi.json")


@cache
def read_document():
    """Return the document; its version is the product's."""
    found = json.loads(PATH.read_text())
    found["info"]["version"] = __version__
    return found


@cache
def _content():
    return json.dumps(read_document(), ensure_ascii=False)


@condition(etag_func=lambda request: f'"{__version__}-{len(_content())}"')
def document(request):
    return HttpResponse(
        _content(), content_type="application/json", headers={"Cache-Control": "no-cache"}
    )
