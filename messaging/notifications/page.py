"""The page of notification settings, which shows the forms of several packages."""

from django.shortcuts import render

from .push.devices import devices_section
from .quiet.state import quiet_section


def notifications_page(request, **forms):
    """Show the page. `forms` were sent and refused; they are shown instead of new ones, with 422.

    A package whose form is on the page adds it to `_shown`, and its view returns this page.
    """
    status = 422 if any(form.is_bound for form in forms.values()) else 200
    page = _shown(request) | forms
    return render(request, "messaging/notifications/notifications.html", page, status=status)


def _shown(request):
    return {**devices_section(request), **quiet_section(request.user)}
