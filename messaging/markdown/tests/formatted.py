"""A body as its readers see it."""

from bs4 import BeautifulSoup

from messaging.markdown.rendering import render_body


def drawn(body):
    """The elements of `body`."""
    return BeautifulSoup(render_body(body), "html.parser")


def shown(body):
    """The text of `body`, line by line."""
    return drawn(body).get_text()
