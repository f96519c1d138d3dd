"""Schedule a message, and the page of what somebody has scheduled."""

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import flash, throttling
from core.views import require, sent, status_of
from rooms.access import room_and_membership
from users.clock import wording
from users.clock.moments import suggested_days

from ..drafts.models import Draft
from ..message.composer import composer_for, show_answered
from ..message.forms import NOT_HERE
from ..message.replies import NotAnswerable
from . import actions
from .forms import ChangeForm, ScheduleForm
from .models import MAX_SCHEDULED, Scheduled
from .queries import add_places, list_of

MOST = _("You have %(number)d scheduled messages already. Cancel one of them first.")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def schedule(request, slug):
    """The page to which "Send later" leads: it shows the composer's text, kept as the draft."""
    room, membership = room_and_membership(request, slug)
    require(membership and membership.can_post)

    composer = composer_for(request, room, Draft.objects.of(request.user, room))
    form = ScheduleForm(sent(request), initial=_initial(composer))
    form.answered = composer.answered
    if form.is_valid() and throttling.allow(form, "schedule", request.user, field="body"):
        moment = form.cleaned_data.pop("at")
        try:
            actions.schedule_message(membership, send_at=moment.at, **form.cleaned_data)
        except actions.TooMany:
            form.add_error(None, MOST % {"number": MAX_SCHEDULED})
        except NotAnswerable:
            form.add_error("body", ValidationError(NOT_HERE, code="not_here"))
        else:
            say_when(request, moment)
            return HttpResponse(
                status=303, headers={"Location": f"{room.get_absolute_url()}#compose"}
            )

    show_answered(form, room)
    page = {"room": room, "membership": membership, "form": form, "viewer": request.user}
    page = render(request, "messaging/scheduled/schedule.html", page, status=status_of(form))
    return throttling.answer(form, page)


def say_when(request, moment):
    """Say in a flash message when the message will be sent, and what the clocks do then."""
    words = {"time": wording.shown(moment.at, "moment"), "note": moment.note}
    flash.success(request, "message_scheduled", **words)


def _initial(composer):
    answered = composer.answered and composer.answered.pk
    return {**composer.initial, "reply_to": answered, "at": suggested_days()["tomorrow"]}


@never_cache
@require_safe
def scheduled(request):
    return render(request, "messaging/scheduled/list.html", list_of(request.user))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change(request, pk):
    found = own(request).filter(pk=pk).first()
    if found is None:
        return gone(request)
    require(found.room)

    at = found.send_at if found.send_at > timezone.now() else suggested_days()["tomorrow"]
    form = ChangeForm(sent(request), initial={"body": found.body, "at": at})
    if form.is_valid() and throttling.allow(form, "schedule", request.user, field="body"):
        moment = form.cleaned_data["at"]
        if not actions.change_scheduled(found, form.cleaned_data["body"], moment.at):
            return gone(request)
        say_when(request, moment)
        return redirect(found)

    add_places(request.user, [found])
    page = {"scheduled": found, "form": form, "viewer": request.user}
    page = render(request, "messaging/scheduled/change.html", page, status=status_of(form))
    return throttling.answer(form, page)


def own(request):
    return (
        Scheduled.objects.unsent()
        .filter(author=request.user)
        .select_related("room", "reply_to__author")
    )


def gone(request):
    """Return a page with status 404 that shows the text which was typed for a message sent since.

    It says the same of what never was there, or is somebody else's.
    """
    page = {"text": request.POST.get("body", "")}
    response = render(request, "messaging/scheduled/gone.html", page, status=404)
    response.holds_the_form = True
    return response


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request, pk):
    found = get_object_or_404(own(request), pk=pk)

    if request.method == "POST":
        if actions.cancel_scheduled(found):
            flash.success(request, "scheduled_cancelled")
        else:
            flash.error(request, "scheduled_gone")
        return redirect("messaging:scheduled")

    add_places(request.user, [found])
    return render(request, "messaging/scheduled/cancel.html", {"scheduled": found})


@require_POST
def send(request, pk):
    """Send it now. If it is refused, it stays as it was."""
    found = get_object_or_404(own(request), pk=pk)

    submission = actions.post_scheduled(found, at_once=True)

    if submission is None:
        flash.error(request, "scheduled_gone")
    elif submission.message is None:
        flash.error(request, "scheduled_refused", error=submission.form.errors["body"][0])
    else:
        return redirect(submission.message)
    return redirect("messaging:scheduled")


@require_POST
def dismiss(request):
    """Remove the notes on messages that were sent late."""
    actions.dismiss_late(request.user)

    return redirect("messaging:scheduled")
