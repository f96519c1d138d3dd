"""The pages of mentions and of notification settings, devices, and to stop the mails."""

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import flash, rate_limits, throttling
from core.views import sent, status_of
from rooms.access import room_and_membership
from users.models import Session

from ..mentions.models import Mention
from ..message.listing import gather
from .actions import choose_level, stop_email
from .forms import EmailForm, NotificationLevelForm
from .mail import user_of_stop
from .page import notifications_page
from .push import actions as push_actions
from .push.devices import label_of
from .push.forms import DiscreetForm, SubscriptionForm
from .push.models import PushSubscription
from .quiet.actions import set_quiet_hours
from .quiet.forms import PauseForm, QuietHoursForm
from .quiet.state import settings_of

MENTIONS_A_PAGE = 30

rate_limits.define("device", count=60, seconds=3600)


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
    return notifications_page(request)


@never_cache
@require_POST
def quiet_hours(request):
    form = QuietHoursForm(request.POST, settings=settings_of(request.user))
    if form.is_valid():
        set_quiet_hours(request.user, **form.cleaned_data)
        flash.success(request, "notification_settings_saved")
        return redirect("messaging:notifications")

    return notifications_page(request, quiet_form=form)


@never_cache
@require_POST
def pause(request):
    form = PauseForm(request.POST)
    if form.is_valid():
        form.act(request.user)
        return redirect("messaging:notifications")

    return notifications_page(request, pause_form=form)


@never_cache
@require_POST
def email(request):
    form = EmailForm(request.POST)
    if form.is_valid():
        form.act(request.user)
        return redirect("messaging:notifications")

    return notifications_page(request, email_form=form)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def room_notifications(request, slug):
    room, membership = room_and_membership(request, slug)
    if membership is None:
        raise PermissionDenied

    form = NotificationLevelForm(sent(request), membership=membership)
    if form.is_valid():
        choose_level(membership, *form.cleaned_data.values())
        flash.success(request, "notification_settings_saved")
        return redirect("messaging:room_notifications", room.slug)

    page = {
        "room": room,
        "membership": membership,
        "form": form,
        "has_device": PushSubscription.objects.alive().filter(user=request.user).exists(),
    }
    return render(request, "messaging/notifications/settings.html", page, status=status_of(form))


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


@require_POST
@throttling.limited("device")
def subscribe(request):
    """Notify this browser. With `again`, renew its address, if it is not forgotten yet."""
    session = Session(pk=request.session.stored_key)
    is_again = "again" in request.POST
    if is_again and not request.user.push_subscriptions.filter(session=session).exists():
        return HttpResponse(status=204)

    form = SubscriptionForm(request.POST)
    if form.is_valid():
        label = label_of(request.headers.get("User-Agent", ""))
        try:
            push_actions.subscribe(request.user, session, **form.cleaned_data, label=label)
        except push_actions.TooManyDevices:
            form.refuse_another(push_actions.MAX_DEVICES)

    if not form.is_valid():
        return notifications_page(request, subscription_form=form)
    if is_again:
        return HttpResponse(status=204)
    flash.success(request, "device_added")
    return redirect("messaging:notifications")


@require_POST
def forget_device(request, pk):
    device = get_object_or_404(request.user.push_subscriptions, pk=pk)

    push_actions.forget(device)

    flash.success(request, "device_forgotten", device=device)
    return redirect("messaging:notifications")


@require_POST
@throttling.limited("device")
def test_device(request, pk):
    device = get_object_or_404(request.user.push_subscriptions, pk=pk)

    push_actions.send_test(device)

    flash.success(request, "test_sent", device=device)
    return redirect("messaging:notifications")


@require_POST
def discreet_notifications(request):
    form = DiscreetForm(request.POST)
    if not form.is_valid():
        return notifications_page(request, discreet_form=form)

    push_actions.choose_discretion(request.user, form.cleaned_data["is_discreet"])

    flash.success(request, "notification_settings_saved")
    return redirect("messaging:notifications")
