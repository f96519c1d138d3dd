"""What belongs to no app: frames, forms, errors, themes."""

from types import SimpleNamespace

from users.forms import SetupForm
from users.looks import theme_choices

from .. import cast
from ..drawing import Sample
from .forms import refused, shown

ERRORS = ("400", "403", "403_csrf", "404", "429", "500")


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
    notices = [Notice("success", "It is saved."), Notice("error", "It is not."), Notice("", "So.")]
    yield Sample("_notices.html", "three", {"notices": notices}, "plain")


class Notice(SimpleNamespace):
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
    for name, _title in theme_choices():
        yield Sample(f"themes/{name}.txt", "its name", {}, "plain")
