"""What belongs to no app: frames, forms, errors, themes."""

from types import SimpleNamespace

from django.http import QueryDict

from users.forms import SetupForm
from users.login.kept_forms import fields_of
from users.themes import theme_choices

from .. import cast
from ..drawing import Sample
from .forms import refused, shown

REASONS = ("login", "token", "person", 403, 404, 408, 413, 429, 500, 418)
WORDS = {"words": "This was written while nobody was logged in.", "nonce": "n", "person": 1}
ERRORS = ("400", "403", "403_csrf", "404", "408", "413", "429", "431", "500")


def samples():
    return [*forms(), *frames()]


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
    yield Sample("_flash_messages.html", "three", {"flash_messages": flashes}, "plain")


class Flash(SimpleNamespace):
    """As Django's messages are: a sentence, and how serious it is."""

    def __init__(self, level_tag, sentence):
        super().__init__(level_tag=level_tag, sentence=sentence)

    def __str__(self):
        return self.sentence


def frames():
    yield Sample("base.html", "bare", {}, reader=cast.ana)
    yield Sample("entrance.html", "bare", {})
    yield Sample("entrance.html", "before the first run", {"workspace": None})
    for name in ERRORS:
        yield Sample(f"{name}.html", "shown", {})
    yield Sample("405.html", "shown", {"place": "/"})
    yield from refusals()
    yield from kept_forms()
    for name, _title in theme_choices():
        yield Sample(f"themes/{name}.txt", "its name", {}, "plain")


def kept_forms():
    text = "A long sentence that took a while to write. " * 4
    data = QueryDict(mutable=True)
    data.update({"display_name": "Ana María", "reason": text, "initial-language": "es"})
    typed = {"fields": fields_of(data), "action": "/profile/"}
    yield Sample("_kept_fields.html", "filled in", typed, "plain")
    yield Sample("kept_form.html", "after the login", typed, reader=cast.ana)


def refusals():
    for reason in REASONS:
        refused = {"reason": reason, "wait": "", "login": "/accounts/login/?next=/"}
        yield Sample("_reason.html", str(reason), refused, "plain")
    wait = "You're doing that too fast. Please wait 30 seconds."
    too_often = {"reason": 429, "wait": wait, "login": ""}
    yield Sample("_reason.html", "for so long", too_often, "plain")
    for state, again in (("to be read", ""), ("to be sent again", "/rooms/lobby/messages/")):
        yield Sample("_words.html", state, WORDS | {"again": again}, "plain")
    for state, reason, again in (("logged out", "login", ""), ("an old page", "token", "/")):
        refused = {"reason": reason, "wait": "", "login": "/accounts/login/"}
        fragment = refused | {"nonce": "n", "in_form": bool(again)}
        yield Sample("_refused.html", f"to htmx, {state}", fragment, "plain")
        for template in ("refused.html", "refused_frame.html"):
            yield Sample(template, state, refused | WORDS | {"again": again})
