"""Bots: one's own (for administrators all), made, changed, retired, and put into rooms."""

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from core import flash, rate_limits, throttling
from core.views import changes_of, require, sent, status_of
from files.actions import Refused
from users.avatars.actions import remove_avatar, set_avatar
from users.avatars.forms import AvatarForm
from users.bots import actions
from users.login.recent_login import recent_login_required
from users.models import Token, User

from ..actions import join_room
from ..tokens.pages import answer_tokens
from .actions import take_out_bot
from .forms import BotForm, BotRoomForm, OwnerForm
from .queries import rooms_of_bot, rooms_to_join

rate_limits.define("bot", count=20, seconds=3600)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def bots(request):
    may_make = request.workspace.lets_make_bots(request.user)
    require(may_make or request.method != "POST")
    form = BotForm(sent(request), owner=request.user)
    if form.is_valid() and throttling.allow(form, "bot", request.user, field="username"):
        try:
            bot = actions.make_bot(request.user, by=request.user, **form.cleaned_data)
            return redirect("rooms:bot", bot.pk)
        except IntegrityError:  # somebody else took the name at the same time
            form.full_clean()

    found = User.objects.bots_of(request.user).select_related("owner").by_name()
    found = sorted(found, key=lambda bot: not bot.is_active)
    page = {"form": form, "bots": found, "may_make": may_make}
    return throttling.answer(
        form, render(request, "rooms/bots/bots.html", page, status=status_of(form))
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def bot(request, pk):
    bot = find(request, pk)
    form = BotForm(sent(request), owner=request.user, bot=bot)
    if form.is_valid():
        try:
            actions.change_bot(bot, by=request.user, **changes_of(form))
            flash.success(request, "bot_saved")
            return redirect("rooms:bot", bot.pk)
        except IntegrityError:
            form.full_clean()

    return show(request, bot, form=form)


def find(request, pk):
    """Return the bot with this primary key. Raise Http404 unless the user looks after it."""
    bots = User.objects.bots_of(request.user).select_related("owner")
    return get_object_or_404(bots, pk=pk)


def show(request, bot, **forms):
    """Return the page of a bot with these forms; 422 if one of them was rejected."""
    page = {
        "form": BotForm(owner=request.user, bot=bot),
        "room_form": BotRoomForm(rooms=rooms_to_join(bot, request.user)),
        "avatar_form": AvatarForm(),
        "owner_form": OwnerForm(),
        **forms,
    }
    status = max(status_of(form) for form in page.values())
    page |= {
        "bot": bot,
        "places": rooms_of_bot(bot, request.user),
        "tokens": Token.objects.usable().filter(user=bot),
    }
    return render(request, "rooms/bots/bot.html", page, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@recent_login_required
def tokens(request, pk):
    bot = find(request, pk)
    require(bot.is_active or request.method != "POST")
    return answer_tokens(request, bot)


@require_POST
def retire(request, pk):
    bot = find(request, pk)

    actions.retire_bot(bot, by=request.user)

    flash.success(request, "bot_retired", bot=bot)
    return redirect("rooms:bots")


@require_POST
def restart(request, pk):
    bot = find(request, pk)

    actions.restart_bot(bot, by=request.user)

    flash.success(request, "bot_restarted", bot=bot)
    return redirect("rooms:bot", bot.pk)


@never_cache
@require_POST
@recent_login_required
def hand_over(request, pk):
    require(request.user.is_administrator)
    bot = find(request, pk)
    form = OwnerForm(request.POST)
    if form.is_valid():
        actions.hand_over_bot(bot, form.cleaned_data["owner"], by=request.user)
        flash.success(request, "bot_handed_over", bot=bot, owner=form.cleaned_data["owner"])
        return redirect("rooms:bot", bot.pk)

    return show(request, bot, owner_form=form)


@never_cache
@require_POST
def join(request, pk):
    bot = find(request, pk)
    form = BotRoomForm(request.POST, rooms=rooms_to_join(bot, request.user))
    if form.is_valid():
        try:
            join_room(form.cleaned_data["room"], bot, by=request.user)
            return redirect("rooms:bot", bot.pk)
        except PermissionDenied:  # banned there, or somebody's rights were changed meanwhile
            form.add_error("room", form.fields["room"].error_messages["invalid_choice"])

    return show(request, bot, room_form=form)


@never_cache
@require_POST
def picture(request, pk):
    bot = find(request, pk)
    form = AvatarForm(request.POST, request.FILES)
    if form.is_valid() and throttling.allow(form, "avatar", request.user, field="avatar"):
        try:
            set_avatar(bot, form.cleaned_data["avatar"].file)
            return redirect("rooms:bot", bot.pk)
        except Refused as refused:
            form.refuse(refused.code)

    return throttling.answer(form, show(request, bot, avatar_form=form))


@require_POST
def remove_picture(request, pk):
    bot = find(request, pk)

    remove_avatar(bot, by=request.user)

    return redirect("rooms:bot", bot.pk)


@require_POST
def leave(request, pk, slug):
    bot = find(request, pk)
    membership = get_object_or_404(rooms_of_bot(bot, request.user), room__slug=slug)

    take_out_bot(membership, by=request.user)

    return redirect("rooms:bot", bot.pk)
