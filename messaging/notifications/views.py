"""The pages of mentions, of notification settings, of those of a room, and to stop the mails."""

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from core import flash
from rooms.access import room_and_membership

from ..mentions.models import Mention
from ..message.listing import gather
from .actions import choose_level, stop_email
from .forms import NotificationLevelForm
from .mail import user_of_stop

MENTIONS_A_PAGE = 30


@never_cache
@require_safe
def mentions(request):
    found = Paginator(Mention.objects.for_page(request.user), MENTIONS_A_PAGE)
    page = found.get_page(request.GET.get("page"))
    gather([mention.message for mention in page], request.user)

    context = {"mentions": page, "viewer": request.user}
    return render(request, "messaging/notifications/mentions.html", context)


@never_cache
@require_safe
def notifications(request):
    return render(request, "messaging/notifications/notifications.html")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def room_notifications(request, slug):
    room, membership = room_and_membership(request, slug)
    if membership is None:
        raise PermissionDenied

    data = request.POST if request.method == "POST" else None
    form = NotificationLevelForm(
        data, initial={"notification_level": membership.notification_level}
    )
    if form.is_valid():
        choose_level(membership, form.cleaned_data["notification_level"])
        flash.success(request, "notification_settings_saved")
        return redirect("messaging:room_notifications", room.slug)

    page = {"room": room, "membership": membership, "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "messaging/notifications/settings.html", page, status=status)


@never_cache
@csrf_exempt  # mail servers post it, without cookies or a token (RFC 8058, 3.2)
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request, token):
    person = user_of_stop(token)
    if person is None:
        raise Http404

    if request.method == "POST":
        stop_email(person)

    # Not a redirect: RFC 8058, 3.1 forbids it.
    page = {"token": token, "is_stopped": not person.email_notifications}
    return render(request, "messaging/notifications/stop.html", page)
