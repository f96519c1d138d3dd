"""The search page, and what it finds."""

from core.sample import Sample, refused

from .forms import SearchForm
from .index import mark, terms_of

WORDS = "key plan"


def samples(cast):
    rich, own = marked(cast.elsewhere(cast.rich)), marked(cast.elsewhere(cast.own))
    asked = SearchForm({"q": WORDS})
    some = {"found": [rich, own], "older_than": 9}
    refusal = refused(SearchForm({"q": "!"}), q="Write a word: letters or numbers.")
    within = {"within": cast.long_room, "membership": cast.membership(cast.ana, cast.long_room)}
    for state, context in (
        ("to begin with", {"form": SearchForm()}),
        ("some", {"form": asked, **some}),
        ("with filters", {"form": SearchForm({"q": WORDS, "has": "link"}), **some}),
        ("in one room", {"form": asked, **some, **within}),
        ("none", {"form": asked, "found": []}),
        ("refused", {"form": refusal}),
    ):
        context = {"within": None, "membership": None, "viewer": cast.ana, **context}
        yield Sample("messaging/search/search.html", state, context, reader=cast.ana)
    yield Sample("messaging/search/_marked.html", "a word", {"word": "kettle"}, "plain")
    context = {"message": rich, "viewer": cast.ana}
    yield Sample("messaging/message/_found.html", "a message", context, "list", reader=cast.ana)


def marked(message):
    message.body_html = mark(message.body_html, terms_of(WORDS))
    return message
