"""Flash messages: sentences that the next page shows once. Their texts are templates in flash/."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.template.loader import render_to_string


def success(request: HttpRequest, name: str, **context: Any) -> None:
    """Show flash/<name>.txt, rendered with `context`, on the next page."""
    _add(request, messages.SUCCESS, name, context)


def error(request: HttpRequest, name: str, **context: Any) -> None:
    """Show flash/<name>.txt on the next page as an error: why something was not done."""
    _add(request, messages.ERROR, name, context)


def _add(request: HttpRequest, level: int, name: str, context: dict[str, Any]) -> None:
    text = render_to_string(f"flash/{name}.txt", context, request)
    messages.add_message(request, level, " ".join(text.split()))
