"""Fetch the page that a link leads to, and its picture, from a stranger's server.

All goes through `core.http`. The bytes are read in the child process of `files`, never here. No
robots.txt is asked: a page is fetched once because a person linked it, as their browser would.
"""

import time
from io import BytesIO
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from core.http import client
from files import pictures
from files.heads import read_head
from files.markup.text import cleaned

from ..followups.links import is_own
from . import turns
from .models import MAX_TITLE

PAGE_BYTES = 512 * 1024  # enough for the head; the rest is not read
PICTURE_BYTES = 5 * 1024 * 1024
FETCH_SECONDS = 8  # for the page and its picture together
_LEAST_SECONDS = 1.0  # for a picture; with less there is none
_HTML = {"text/html", "application/xhtml+xml"}
_PICTURES = {"image/jpeg", "image/png", "image/webp", "image/gif", "image/avif"}
_ACCEPT_PICTURE = {"Accept": "image/webp,image/*;q=0.9"}
_ACCEPT = {"Accept": "text/html,application/xhtml+xml;q=0.9,image/*;q=0.5"}


class NothingToShow(Exception):
    """The server has answered with no page, or with one that says nothing of itself."""


class Found(NamedTuple):
    """What there is at a link, as plain text, and the picture, drawn anew by us."""

    title: str = ""
    description: str = ""
    site: str = ""
    picture: pictures.Small | None = None


class _Visit(NamedTuple):
    """The fetching of one link, which must be over at the monotonic time `until`."""

    hosts: set[str]  # that are ours to ask meanwhile
    until: float

    def left(self) -> float:
        return self.until - time.monotonic()


def fetch(url: str) -> Found:
    """Return what there is at `url`, whose turn was taken: see `turns`.

    It takes FETCH_SECONDS at most, and a moment to read. Raise client.Refused, client.Unreachable
    or NothingToShow.
    """
    until = time.monotonic() + FETCH_SECONDS
    answer = client.request(
        url, headers=_ACCEPT, most=PAGE_BYTES, is_cut=True, seconds=FETCH_SECONDS
    )
    visit = _Visit({turns.host_of(url), turns.host_of(answer.url)}, until)
    kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    if answer.status != 200 or is_own(answer.url):
        raise NothingToShow(f"status {answer.status}")
    if kind in _HTML:
        return _page(answer, visit)
    if kind in _PICTURES:
        return _picture_alone(answer, visit)
    raise NothingToShow("no page")


def _page(answer: client.Answer, visit: _Visit) -> Found:
    head = read_head(answer.body, answer.headers["content-type"], answer.url)
    if head is None:
        raise NothingToShow("a page that says nothing of itself")
    picture = _picture_at(head.image, visit) if head.image else None
    return Found(head.title, head.description, head.site, picture)


def _picture_alone(answer: client.Answer, visit: _Visit) -> Found:
    """Return what a link that leads to a picture shows: the picture, called by its file name."""
    is_whole = len(answer.body) < PAGE_BYTES
    drawn = _drawn(answer.body) if is_whole else _picture_at(answer.url, visit)
    if drawn is None:
        raise NothingToShow("a picture that cannot be drawn")
    name = unquote(urlsplit(answer.url).path.rpartition("/")[2])
    return Found(title=cleaned(name, MAX_TITLE), picture=drawn)


def _picture_at(url: str, visit: _Visit) -> pictures.Small | None:
    """Return the picture at `url`; None if it cannot be had in time."""
    if visit.left() < _LEAST_SECONDS or is_own(url):
        return None
    if turns.host_of(url) in visit.hosts:
        return _asked_for(url, visit)
    if not turns.take(url, visit.left() / 2):
        return None
    try:
        return _asked_for(url, visit)
    finally:
        turns.end(url)


def _asked_for(url: str, visit: _Visit) -> pictures.Small | None:
    try:
        answer = client.request(
            url, headers=_ACCEPT_PICTURE, most=PICTURE_BYTES, seconds=visit.left()
        )
    except (client.Refused, client.Unreachable):
        return None
    return _drawn(answer.body) if answer.status == 200 else None


def _drawn(data: bytes) -> pictures.Small | None:
    return pictures.draw_preview(BytesIO(data))
