"""Search pages, for the tests of searching."""

import pytest


@pytest.fixture
def search(client_of, page):
    """Return a function that searches as a user and returns the page."""

    def ask(person, words, status=200, **more):
        answer = client_of(person).get("/search/", {"q": words, **more})
        assert answer.status_code == status
        return page(answer)

    return ask


@pytest.fixture
def found(search):
    """Return a function that searches as a user and returns the texts of the results."""
    return lambda person, words, **more: [
        body.text.strip() for body in search(person, words, **more).select("main .message-body")
    ]
