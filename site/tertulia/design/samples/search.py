"""Messages where they are found: by their words, or by whom they call."""

from copy import copy

from messaging.search.forms import SearchForm
from messaging.search.index import mark, terms_of

from .. import cast
from ..drawing import Sample
from .forms import refused

WORDS = "key plan"


def samples():
    asked = SearchForm({"q": WORDS})
    some = {"found": [found(cast.rich), found(cast.own)], "older_than": 9}
    refusal = refused(SearchForm({"q": "!"}), q="Write a word: letters or numbers.")
    within = {"within": cast.long_room, "membership": cast.membership(cast.ana, cast.long_room)}
    for state, context in (
        ("to begin with", {"form": SearchForm()}),
        ("some", {"form": asked, **some}),
        ("in one room", {"form": asked, **some, **within}),
        ("none", {"form": asked, "found": []}),
        ("refused", {"form": refusal}),
    ):
        context = {"within": None, "membership": None, "viewer": cast.ana, **context}
        yield Sample("messaging/search/search.html", state, context, reader=cast.ana)
    yield Sample("messaging/search/_marked.html", "a word", {"word": "kettle"}, "plain")
    context = {"message": found(cast.rich), "viewer": cast.ana}
    yield Sample("messaging/message/_found.html", "a message", context, "list", reader=cast.ana)


def found(message):
    """Return a message as a page shows it that is no room's."""
    shown = copy(message)
    shown.room_title = message.room.name
    shown.body_html = mark(message.body_html, terms_of(WORDS))
    return shown
