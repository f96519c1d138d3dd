"""The list of what a person has saved for later, and saving a message."""

from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import flash, throttling
from core.views import page_of, require, sent, status_of

from ..message.access import message_and_membership
from ..message.acts import answer, asked_in, back_in
from . import actions
from .forms import SAVE, LaterForm, too_many
from .models import Saved
from .queries import add_messages

SAVED_A_PAGE = 30


@never_cache
@require_safe
def later(request):
    shows_done = "done" in request.GET
    mine = Saved.objects.filter(user=request.user)
    rows = mine.done().order_by("-done_at", "-pk") if shows_done else mine.to_do().in_order()
    page = page_of(request, rows, SAVED_A_PAGE)
    add_messages(page, request.user)

    context = {
        "saved": page,
        "shows_done": shows_done,
        "viewer": request.user,
    }
    return render(request, "messaging/later/later.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def save(request, pk):
    message, membership = message_and_membership(request, pk)
    asked = asked_in(request.POST)  # by a button of the page's form of acts
    if asked is not None and asked.verb == "unsave":
        actions.unsave_message(message, request.user)
        flash.success(request, "not_saved_for_later")
        return answer(request, message, membership)
    require(not message.is_deleted)

    saved = Saved.objects.filter(user=request.user, message=message).first()
    data = sent(request) if asked is None else {"when": asked.rest or SAVE}
    form = LaterForm(data, saved=saved)
    if form.is_valid() and throttling.allow(form, "save", request.user, field=None):
        stored = form.save(message, request.user)
        if stored is not None:
            flash.success(request, "saved_for_later", saved=stored, note=form.note)
            return answer(request, message, membership)

    context = {
        "message": message,
        "room": message.room,
        "saved": saved,
        "form": form,
        "back": back_in(request.POST or request.GET),
    }
    template = "messaging/later/_save.html" if request.htmx else "messaging/later/save.html"
    page = render(request, template, context, status=status_of(form))
    return throttling.answer(form, page)


def act_on(act):
    """Return the view of an act on a message that the person has saved."""

    @require_POST
    @throttling.limited("save")
    def view(request, pk):
        saved = get_object_or_404(Saved, pk=pk, user=request.user)

        try:
            act(saved)
        except actions.TooManySaved:
            flash.error(request, "too_many_saved", sentence=too_many().messages[0])

        done = "?done" if "done" in request.GET else ""
        return redirect(reverse("messaging:later") + done)

    return view


finish = act_on(actions.finish_saved)
reopen = act_on(actions.reopen_saved)
remove = act_on(actions.remove_saved)
