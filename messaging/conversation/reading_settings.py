"""The reading mode in the profile's settings."""

from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core import flash
from core.views import sent, status_of

from .reading_mode import COOKIE, Reading, ReadingSettingsForm, remember


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def reading_settings(request):
    kept = Reading.named(request.COOKIES.get(COOKIE))
    form = ReadingSettingsForm(sent(request), initial={"reading": kept.name})
    if form.is_valid():
        response = redirect("messaging:reading_settings")
        remember(response, form.cleaned_data["reading"])
        flash.success(request, "reading_saved")
        return response

    page = {"form": form}
    return render(
        request, "messaging/conversation/reading_settings.html", page, status=status_of(form)
    )
