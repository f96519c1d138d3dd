"""One message: show, answer, edit and delete it."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_htmx.http import reswap, retarget

from core import throttling
from core.views import require
from users.login import kept_text

from ..replies.excerpts import reply_to
from . import actions
from .access import message_and_membership
from .acts import answer
from .forms import EditForm
from .rendering import render_message_for


@never_cache
@require_safe
def message(request, pk):
    message, membership = message_and_membership(request, pk)
    if request.htmx:
        return HttpResponse(render_message_for(request.user, membership, message))
    return redirect(f"{message.room.get_absolute_url()}?around={message.position}#message-{pk}")


@never_cache
@require_safe
def reply(request, pk):
    """Show the message in the line above the composer, to be answered."""
    message, membership = message_and_membership(request, pk)
    require(membership and membership.can_post)
    if message.is_deleted:
        raise Http404

    if request.htmx:  # only the line, so that what is typed stays
        page = {"answered": reply_to(message), "room": message.room}
        line = render(request, "messaging/message/_answering.html", page)
        return retarget(reswap(line, "innerHTML"), "#reply")
    return redirect(f"{message.room.get_absolute_url()}?reply={pk}#compose")


def page_of(request, message, membership):
    """Return the context for the forms of one message."""
    return {
        "message": message,
        "room": message.room,
        "membership": membership,
        "viewer": request.user,
    }


@never_cache
def edit(request, pk):
    message, membership = message_and_membership(request, pk)
    if not message.can_be_edited_by(membership):
        raise PermissionDenied

    words = kept_text.text_for(request, request.path, lambda at: (message.edited_at or at) > at)
    form = EditForm(
        request.POST if request.method == "POST" else None, initial={"body": words or message.body}
    )
    form.fields["body"].required = not message.files
    form.fields["body"].before = message.body
    if form.is_valid() and throttling.allow(form, "edit", request.user, field="body"):
        actions.edit_message(message, form.cleaned_data["body"], by=request.user)
        return answer(request, message, membership)

    page = {**page_of(request, message, membership), "form": form}
    template = "messaging/message/_edit.html" if request.htmx else "messaging/message/edit.html"
    status = 422 if form.is_bound else 200
    return throttling.answer(form, render(request, template, page, status=status))


@never_cache
@throttling.limited("delete")
def delete(request, pk):
    message, membership = message_and_membership(request, pk)
    if not message.can_be_deleted_by(membership):
        raise PermissionDenied

    if request.method == "POST":
        actions.delete_message(message, by=request.user)
        return answer(request, message, membership)

    template = "messaging/message/_delete.html" if request.htmx else "messaging/message/delete.html"
    return render(request, template, page_of(request, message, membership))
