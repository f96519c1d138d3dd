"""Samples that belong to no app: layouts, forms, flash messages, themes."""

from types import SimpleNamespace
from xml.etree import ElementTree

from django.conf import settings

from core.sample import Sample, refused, shown
from users.forms import SetupForm
from users.themes import theme_choices

ICONS = ElementTree.parse(settings.BASE_DIR / "site" / "static" / "icons.svg").getroot()
FLASH_MESSAGES = settings.BASE_DIR / "templates" / "flash"


def samples(cast):
    return [*icons(), *forms(), *layouts(cast), *flash_messages(cast), *themes()]


def icons():
    for symbol in ICONS:
        yield Sample("_icon.html", symbol.get("id"), {"name": symbol.get("id")}, "plain")


def forms():
    form = shown(SetupForm())
    bad = dict.fromkeys(("username", "signup", "time_zone"), "Something is wrong with this.")
    wrong = refused(shown(SetupForm({"username": "a"})), form="The whole form is wrong.", **bad)
    yield Sample("_form.html", "empty", {"form": form}, "plain")
    yield Sample("_form.html", "refused", {"form": wrong}, "plain")
    for field in (form["username"], wrong["username"], form["signup"], wrong["signup"]):
        state = f"{field.name}{', refused' if field.form is wrong else ''}"
        yield Sample("_field.html", state, {"field": field}, "plain")
    flashes = [Flash("success", "It is saved."), Flash("error", "It is not."), Flash("", "So.")]
    for template in ("_flash_messages.html", "_notices.html"):
        yield Sample(template, "three", {"flash_messages": flashes}, "plain")


class Flash(SimpleNamespace):
    """A stand-in for a message of Django: a sentence and its level."""

    def __init__(self, level_tag, sentence):
        super().__init__(level_tag=level_tag, sentence=sentence)

    def __str__(self):
        return self.sentence


def layouts(cast):
    yield Sample("base.html", "bare", {}, reader=cast.ana)
    yield Sample("entrance.html", "bare", {})
    yield Sample("entrance.html", "before the first run", {"workspace": None})


def themes():
    for name, _title in theme_choices():
        yield Sample(f"themes/{name}.txt", "its name", {}, "plain")


def flash_messages(cast):
    for path in sorted(FLASH_MESSAGES.glob("*.txt")):
        context = {"person": cast.bruno}
        yield Sample(f"flash/{path.name}", "said", context, "plain", cast.ana)
