"""Report a message, and the page on which moderators handle reports."""

from functools import partial

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import flash, throttling
from files.responses import answer
from rooms.models import Membership
from rooms.moderation.actions import mute_member
from rooms.moderation.forms import MuteForm
from rooms.titles.names import for_outsiders
from users.sessions.visits import visit_of

from ..attachments.models import Attachment
from ..message.access import message_and_membership
from ..versions.models import VERSIONS_KEPT
from . import actions
from .files import can_still_see, held_files
from .forms import ReportForm
from .history import history_of
from .models import Report

REPORTS_A_PAGE = 30


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report(request, pk):
    message, membership = message_and_membership(request, pk)
    if not message.can_be_reported_by(membership):
        raise PermissionDenied

    form = ReportForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and throttling.allow(form, "report", request.user, field="reason"):
        actions.report_message(message, request.user, **form.cleaned_data)
        flash.success(request, "message_reported")
        return redirect(message)

    page = {"message": message, "room": message.room, "membership": membership, "form": form}
    status = 422 if form.is_bound else 200
    return throttling.answer(
        form, render(request, "messaging/reports/report.html", page, status=status)
    )


@never_cache
@require_safe
def reports(request):
    return render_reports(request)


def render_reports(request, refused=None, mute=None):
    """Render the open reports; `mute` is the invalid mute form of the report `refused`, if any."""
    found = Report.objects.handled_by(request.user).open().for_display()
    page = Paginator(found, REPORTS_A_PAGE).get_page(request.GET.get("page"))
    prepare(page)
    for report in page:
        report.mute = mute if refused == report else report.mute
    context = {"reports": page}
    return render(
        request, "messaging/reports/reports.html", context, status=422 if refused else 200
    )


def prepare(reports):
    """Set on `reports` what `_report.html` shows besides their fields."""
    authors = memberships_of_authors(reports)
    titles = for_outsiders([report.message.room for report in reports])
    files = held_files(reports)
    for report in reports:
        report.files = files[report.pk]
        report.room_title = titles[report.message.room_id]
        report.mute = MuteForm(prefix=f"report{report.pk}")
        report.can_mute = report.author_can_be_muted(authors.get(whose(report)))


def memberships_of_authors(reports):
    """Return {(room id, user id): Membership} for the authors in `reports`, in one query."""
    memberships = Membership.objects.select_related("user", "room").filter(
        room__in={report.message.room_id for report in reports},
        user__in={report.message.author_id for report in reports},
    )
    return {(membership.room_id, membership.user_id): membership for membership in memberships}


def whose(report):
    return report.message.room_id, report.message.author_id


@never_cache
@require_safe
def history(request, pk):
    report = open_report(request, pk)
    prepare([report])

    page = {"report": report, "entries": history_of(report), "days": VERSIONS_KEPT.days}
    return render(request, "messaging/reports/history.html", page)


@require_safe
def file(request, pk, key, name="", small=False):
    """Send a file of the reported message; `name` can be any."""
    report = open_report(request, pk)
    held = Attachment.objects.filter(message=report.message_id, is_held=True)
    held = held.filter(blob__small_size__gt=0) if small else held
    attachment = get_object_or_404(held.select_related("blob"), blob=key)

    is_allowed = partial(can_still_see, report.pk, visit_of(request))
    return answer(request, attachment.blob, attachment.name, small, is_allowed, is_kept=False)


@require_POST
def resolve(request, pk):
    report = open_report(request, pk)

    actions.resolve_report(report, request.user)

    return redirect("messaging:reports")


@require_POST
def delete(request, pk):
    report = open_report(request, pk)
    if not report.message_can_be_deleted:
        raise PermissionDenied

    actions.delete_reported(report, request.user)

    return redirect("messaging:reports")


@require_POST
def mute(request, pk):
    report = open_report(request, pk)
    author = report.message.room.membership_of(report.message.author)
    if not report.author_can_be_muted(author):
        raise PermissionDenied

    form = MuteForm(request.POST, prefix=f"report{report.pk}")
    if form.is_valid():
        mute_member(author, request.user, **form.cleaned_data)
        return redirect("messaging:reports")

    return render_reports(request, report, form)


def open_report(request, pk):
    """Return an open report that the user can handle, or raise Http404."""
    reports = Report.objects.handled_by(request.user).open().for_display()
    return get_object_or_404(reports, pk=pk)
