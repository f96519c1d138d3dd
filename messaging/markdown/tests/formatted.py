"""The rendered body of a message, for tests."""

from bs4 import BeautifulSoup

from messaging.markdown.rendering import render_body


def drawn(body):
    """Return the elements of `body`."""
    return BeautifulSoup(render_body(body), "html.parser")


def shown(body):
    """Return the visible text of `body`, line by line."""
    return drawn(body).get_text()
