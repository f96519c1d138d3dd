"""Bots: the list of those that one looks after, and the page of one."""

from copy import copy

from core.sample import Sample, refused
from users.avatars.forms import AvatarForm

from .forms import BotForm, BotRoomForm, OwnerForm

FOLDER = "rooms/bots"


def samples(cast):
    weather = changed(cast.bot, pk=7, username="weather", display_name="الطقس", owner=cast.ana)
    gone = {"username": "old", "display_name": "W" * 60, "is_active": False, "owner": None}
    bots = [cast.bot, weather, changed(cast.bot, pk=8, **gone)]
    form = {"form": BotForm(owner=cast.ana), "may_make": True}
    template = f"{FOLDER}/bots.html"
    yield Sample(template, "some", {"bots": bots, **form}, reader=cast.ana)
    yield Sample(template, "none", {"bots": [], **form}, reader=cast.ana)
    for_member = {"bots": bots[:1], **form, "may_make": False}
    yield Sample(template, "for a member", for_member, reader=cast.bruno)
    for bot in bots:
        yield Sample(f"{FOLDER}/_bot.html", bot.username, {"bot": bot}, "list", cast.ana)
    for current in ("bot", "tokens", "webhooks"):
        tabs = {"bot": cast.bot, "current": current}
        yield Sample(f"{FOLDER}/_tabs.html", current, tabs, "plain", cast.ana)
    yield from pages(cast, bots)
    yield Sample("users/bots/_mark.html", "beside a name", {}, "plain")
    for bot in bots[1:]:
        yield Sample("users/bots/_owner.html", bot.username, {"bot": bot}, "plain", cast.bruno)


def pages(cast, bots):
    for bot in bots:
        page = _page(cast, bot)
        yield Sample(f"{FOLDER}/bot.html", bot.username, page, reader=cast.ana)
        for part in ("_rooms", "_picture", "_end"):
            yield Sample(f"{FOLDER}/{part}.html", bot.username, page, "plain", cast.ana)
    form = refused(
        BotForm({"username": "ana"}, owner=cast.ana, bot=cast.bot),
        username="This name is taken, or looks like somebody else's.",
    )
    page = _page(cast, bots[0]) | {"form": form, "places": []}
    yield Sample(f"{FOLDER}/bot.html", "refused", page, reader=cast.bruno)


def _page(cast, bot):
    return {
        "bot": bot,
        "form": BotForm(owner=cast.ana, bot=bot),
        "avatar_form": AvatarForm(),
        "room_form": BotRoomForm(rooms=cast.rooms),
        "owner_form": OwnerForm(),
        "places": [cast.membership(bot, cast.lobby), cast.membership(bot, cast.long_room)],
        "tokens": [None] * 2,
    }


def changed(bot, **fields):
    bot = copy(bot)
    for field, value in fields.items():
        setattr(bot, field, value)
    return bot
