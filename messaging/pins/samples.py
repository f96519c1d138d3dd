"""Pinned messages: their number, the act in the menu of a message, and their page."""

from copy import copy

from core.sample import Sample, refused

from .forms import PinForm
from .models import MAX_PINS, Pin


def samples(cast):
    return [*counts(cast), *acts(cast), *lists(cast)]


def counts(cast):
    for state, number in (("none", 0), ("one", 1), ("most", MAX_PINS)):
        room = copy(cast.lobby)
        room.pins = number
        yield Sample("messaging/pins/_count.html", state, {"room": room}, "plain", cast.ana)


def acts(cast):
    pinned = copy(cast.others_message)
    pinned.extras = {"pin": {"by": cast.ana.pk, "at": cast.NOON.isoformat()}}
    rights = {"is_author": True, "can_moderate": True, "is_other": True, "can_pin": True}
    context = {"message": pinned, **rights}
    yield Sample("messaging/_message.html", "pinned", context, "conversation", cast.ana)
    for state, message in (("to pin", cast.own), ("to unpin", pinned)):
        context = {"message": message, "address": "/messages/1/", "it": "message by Ana"}
        yield Sample("messaging/pins/_item.html", state, context, "plain", cast.ana)
    yield from pages(cast)


def pages(cast):
    message = cast.others_message
    form = refused(PinForm({}), form=PinForm.TOO_MANY % {"most": MAX_PINS})
    states = {
        "to pin": {"form": PinForm()},
        "to unpin": {"form": PinForm(), "pin": pin(cast, 1, message)},
        "refused": {"form": form},
    }
    for state, context in states.items():
        context = {"message": message, "room": cast.lobby} | context
        yield Sample("messaging/pins/pin.html", state, context, reader=cast.ana)
        yield Sample("messaging/pins/_asking.html", state, context, "plain", cast.ana)


def lists(cast):
    pins = [pin(cast, 3, cast.rich), pin(cast, 2, cast.own), pin(cast, 1, cast.others_message)]
    here = {"room": cast.lobby, "viewer": cast.ana}
    for state, membership in (("a moderator's", cast.owner), ("a member's", cast.member)):
        context = {**here, "membership": membership}
        page = {**context, "pins": pins}
        yield Sample("messaging/pins/pinned.html", state, page, reader=cast.ana)
        context = {**context, "pin": pins[0]}
        yield Sample("messaging/pins/_pin.html", state, context, "list", cast.ana)
        nothing = {**page, "pins": []}
        yield Sample("messaging/pins/pinned.html", f"empty, {state}", nothing, reader=cast.ana)
    yield Sample("messaging/pins/_pinned_by.html", "somebody", {"pin": pins[0]}, "plain", cast.ana)


def pin(cast, pk, message):
    return Pin(pk=pk, message=message, room=cast.lobby, pinned_by=cast.layla, pinned_at=cast.NOON)
