"""The pages of a person and of a room's settings, which several views respond with."""

from django.shortcuts import render

from core import throttling

from ..forms import DeletionForm, RoleForm, SettingsForm
from .forms import BanForm, MuteForm, PaceForm


def render_person(request, membership, other, form=None, mute=None, ban=None):
    """Return the page about one member, with the actions that `membership` allows.

    Pass a rejected form as `form`, `mute` or `ban` to show its errors with status 422.
    """
    page = {
        "room": membership.room,
        "membership": membership,
        "other": other,
        "form": form or RoleForm(initial={"role": other.role}),
        "mute": mute or MuteForm(),
        "ban": ban or BanForm(membership, initial={"username": other.user.username}),
        "can_remove": membership.can_remove(other),
        "can_mute": membership.can_mute(other),
        "can_ban": membership.can_ban(other.user, other),
    }
    refused = any(page[name].is_bound for name in ("form", "mute", "ban"))
    return render(request, "rooms/person.html", page, status=422 if refused else 200)


def render_settings(request, membership, form=None, deletion=None, pace=None):
    """Return the settings page of a room, with the forms that `membership` allows.

    Pass a rejected form as `form`, `deletion` or `pace` to show its errors with status 422.
    """
    room = membership.room
    page = {
        "room": room,
        "membership": membership,
        "form": form or SettingsForm.of(room),
        "deletion": deletion or DeletionForm(room),
        "pace": pace or PaceForm(initial={"slow_seconds": room.slow_seconds}),
    }
    refused = any(page[name].is_bound for name in ("form", "deletion", "pace"))
    response = render(request, "rooms/settings.html", page, status=422 if refused else 200)
    return throttling.answer(page["form"], response)
