"""The page of help."""

from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from .examples import context


@never_cache
@require_safe
def help_page(request):
    return render(request, "messaging/help/help.html", context())
