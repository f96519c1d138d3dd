"""The page for people who write programs."""

from functools import lru_cache

from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core.rate_limits import LIMITS

from ...operations.problems import SENTENCES
from ..document import read_document
from .outline import Outline


@never_cache
@require_safe
def guide(request):
    address = request.build_absolute_uri("/").rstrip("/")
    return render(request, "api/guide.html", context(address))


def context(address):
    return {**_outline(address), "problems": SENTENCES.items(), "limit": LIMITS["api"]}


@lru_cache(maxsize=8)
def _outline(address):
    outline = Outline(read_document(), address)
    return {"text": outline.text, "topics": outline.topics(), "objects": outline.objects()}
