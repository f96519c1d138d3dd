"""The files of a room, of a message and of a person."""

from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from core import flash, rate_limits, throttling
from core.views import require, sent, status_of
from rooms.access import room_and_membership

from ..message.access import message_and_membership
from ..message.acts import answer
from . import actions, queries
from .forms import ChosenFilesForm, FilterForm, MessageFilesForm

rate_limits.define("delete files", count=30, seconds=60)


@never_cache
@require_safe
def files(request, slug):
    room, membership = room_and_membership(request, slug)

    page = {"room": room, "membership": membership} | listing(request, queries.files_in(room))
    status = 422 if page["form"].errors else 200
    return render(request, "messaging/shared_files/files.html", page, status=status)


def listing(request, found):
    """Return what the page of a list of the files in the queryset `found` shows."""
    form = FilterForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else None
    listed, older_than = ([], None) if asked is None else queries.page_of(found, asked)
    has_filter = any(request.GET.get(name) for name in ("q", "kind"))
    return {"form": form, "files": listed, "older_than": older_than, "has_filter": has_filter}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def message_files(request, pk):
    message, membership = message_and_membership(request, pk)
    require(message.can_be_edited_by(membership))

    form = MessageFilesForm(sent(request), message)
    if form.is_valid() and throttling.allow(form, "edit", request.user, field=None):
        is_done = form.save(by=request.user)
        if is_done and (form.removed is None or not message.files):
            return answer(request, message, membership)
        if is_done and not request.htmx:
            return redirect("messaging:message_files", pk)
        form = MessageFilesForm(None, message) if is_done else form

    page = {"message": message, "room": message.room, "form": form, "viewer": request.user}
    name = "_message_files" if request.htmx else "message_files"
    page = render(request, f"messaging/shared_files/{name}.html", page, status=status_of(form))
    return throttling.answer(form, page)


@never_cache
@require_safe
def own_files(request):
    return render_own(request)


def render_own(request, chosen=None):
    """Render the list of the user's own files; `chosen` is the form that was refused, if any."""
    own = queries.files_by(request.user)
    page = listing(request, own) | {"chosen": chosen, "total": own.totals()}
    queries.add_rooms(page["files"], request.user)
    status = 422 if chosen or page["form"].errors else 200
    return render(request, "messaging/shared_files/own_files.html", page, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@throttling.limited("delete files")
def delete_files(request):
    form = ChosenFilesForm(request.POST if request.method == "POST" else request.GET)
    if not form.is_valid():
        return render_own(request, chosen=form)

    if request.method == "POST":
        count = actions.delete_own_files(request.user, form.cleaned_data["file"])
        flash.success(request, "files_deleted", count=count)
        return redirect("messaging:own_files")
    asked = {"kind": "", "q": "", "before": None}
    own = queries.files_by(request.user).filter(pk__in=form.cleaned_data["file"])
    files, _older = queries.page_of(own, asked)
    queries.add_rooms(files, request.user)
    return render(request, "messaging/shared_files/delete_files.html", {"files": files})
