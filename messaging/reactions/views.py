"""The page of one message's reactions: react, find an emoji, and see who reacted."""

from itertools import groupby
from operator import attrgetter

from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core import throttling
from core.emoji.table import key_of
from core.views import page_of, require

from ..message.access import message_and_membership
from ..message.acts import answer, asked_in
from .acts import react, unreact
from .forms import EmojiSearchForm
from .models import Reaction
from .search import QUICK, find

MOST_NAMES = 200  # on a page
ACTS = {"react": react, "unreact": unreact}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def reactions(request, pk):
    message, membership = message_and_membership(request, pk)
    require(not message.is_deleted)
    verb, emoji = asked_for(request.POST or request.GET, message)

    form, refused = EmojiSearchForm(request.GET), None
    if request.method == "POST":
        refused = ACTS[verb](membership, message, emoji)
        if refused is None:
            return answer(request, message, membership)

    page = {**page_about(request, message, membership), "form": form, "refused": refused}
    page["asked"] = None if refused else key_of(emoji)
    words = form.cleaned_data["q"] if form.is_valid() else ""
    if refused:
        page["found"] = find(emoji, get_language()) if emoji.startswith(":") else []
    elif words and throttling.allow_often(form, "find", request.user, field="q"):
        page["found"] = find(words, get_language())
    status = 422 if refused or form.errors else 200
    response = render(request, template_of(request), page, status=status)
    return throttling.answer(refused or form, response)


def asked_for(fields, message):
    """Return (verb, emoji) as the name of a button says (see `messaging.acts`).

    Without such a button, it is to react with the value of the field `emoji`.
    """
    asked = asked_in(fields)
    if asked is not None and asked.verb in ACTS and asked.message_id == message.pk:
        return asked.verb, asked.rest
    return "react", fields.get("emoji", "")


def page_about(request, message, membership):
    """Return the context for the templates: what can be done, and who reacted."""
    reactions = Reaction.objects.filter(message=message)
    people = page_of(request, reactions.by_kind().select_related("user"), MOST_NAMES)
    counts = {emoji: count for emoji, count, _ids in message.extras.get("reactions", [])}
    return {
        "message": message,
        "room": message.room,
        "membership": membership,
        "viewer": request.user,
        "mine": set(reactions.filter(user=request.user).values_list("emoji", flat=True)),
        "quick": QUICK,
        "people": people,
        "kinds": [
            (emoji, counts.get(emoji, 0), list(kind))
            for emoji, kind in groupby(people, attrgetter("emoji"))
        ],
    }


def template_of(request):
    """Return the page, its part in place of the message, or only what was found while typing."""
    if not request.htmx:
        return "messaging/reactions/reactions.html"
    return "messaging/reactions/" + ("_found.html" if "q" in request.GET else "_panel.html")
