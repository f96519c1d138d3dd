"""A message with reactions, and choosing one."""

from core.sample import Sample, page_of, refused

from .forms import EmojiSearchForm, ReactionForm
from .models import Reaction
from .search import QUICK, find

KINDS = "👍🎉🙏😂😮😢🔥🚀👀💯✅☕🍪🌧🎂🥳🤔👏🙌💡"


def samples(cast):
    yield from chips(cast)
    yield from choices(cast)


def chips(cast):
    """Messages with few and with many reactions, and what text browsers get."""
    some = [["👍", 3, [1, 2, 4]], ["🎉", 1, [2]], ["👨‍👩‍👧‍👦", 1200, [4]]]
    many = [[emoji, number + 1, [number % 3]] for number, emoji in enumerate(KINDS)]
    everything = {"is_author": True, "can_moderate": True, "is_other": True, "reader": None}
    for state, body, kinds in (
        ("with reactions", "The kettle is on.", some),
        ("with twenty reactions", "Who is coming?", many),
        ("with twenty reactions, right to left", cast.ARABIC, many),
    ):
        message = cast.message(body, extras={"reactions": kinds})
        context = {"message": message, **everything}
        yield Sample("messaging/_message.html", state, context, "conversation", cast.ana)
    message = cast.message("The kettle is on.", extras={"reactions": some})
    part = {"message": message, "address": message.get_absolute_url(), "it": "message by Ana"}
    template = "messaging/reactions/_reactions.html"
    yield Sample(template, "as it is pushed", part | {"reader": None}, "plain")
    yield Sample(template, "in a text browser", part | {"reader": 1}, "plain")
    for state, reader in (("in the menu", None), ("in a text browser", 1)):
        context = part | {"reader": reader}
        yield Sample("messaging/reactions/_react.html", state, context, "plain")


def choices(cast):
    """The page of reactions, and the same in place of a message."""
    pressed = {"asked": "👍", "mine": {"👍"}, "kinds": kinds(cast)}
    unknown = {"refused": refused(ReactionForm({}), emoji="Choose one emoji."), "found": ["👃"]}
    long = {"form": refused(EmojiSearchForm({"q": "x"}), q=cast.TOO_LONG)}
    states = {
        "nobody yet": {},
        "found": {"found": find("heart", "en"), "form": EmojiSearchForm({"q": "heart"})},
        "nothing found": {"found": []},
        "who reacted": pressed,
        "to take back or not": {"asked": "🎉", "mine": {"👍"}},
        "refused": unknown,
        "too long": long,
        "only reading": {"membership": None, "kinds": kinds(cast)},
    }
    for state, changes in states.items():
        context = page(cast) | changes
        yield Sample("messaging/reactions/reactions.html", state, context, reader=cast.ana)
        for part, stage in (("_panel", "conversation"), ("_choices", "plain"), ("_found", "plain")):
            template = f"messaging/reactions/{part}.html"
            yield Sample(template, state, context, stage, cast.ana)
    button = {"key": "👍", "message": cast.own, "mine": {"👍"}, "label": ""}
    yield Sample("messaging/reactions/_emoji.html", "one's own", button, "plain")
    button |= {"mine": set(), "label": "thumbs up"}
    yield Sample("messaging/reactions/_emoji.html", "with its name", button, "plain")


def page(cast):
    return {
        "message": cast.others_message,
        "room": cast.lobby,
        "membership": cast.owner,
        "viewer": cast.ana,
        "mine": set(),
        "quick": QUICK,
        "asked": None,
        "refused": None,
        "form": EmojiSearchForm({}),
        "found": None,
        "people": page_of([]),
        "kinds": [],
    }


def kinds(cast):
    people = [Reaction(user=person, emoji="👍") for person in cast.people]
    return [("👍", 4, people), ("🎉", 1, people[1:2])]
