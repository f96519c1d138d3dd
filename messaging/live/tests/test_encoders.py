"""Encoders: one per audience, so that a change is encoded once for all its readers."""

from collections import Counter
from types import SimpleNamespace

from bs4 import BeautifulSoup

from messaging.live.encoders import HtmlEncoder
from messaging.live.feed import Feed
from messaging.live.reader import Reader
from messaging.noscript.patches import PatchEncoder, patch_of

CHANGE = {"first": 1, "revision": 1, "html": {"en": "<p>one</p>"}, "cuts": {"en": []}}


class CountingEncoder(HtmlEncoder):
    encoded = 0

    def changes(self, changes):
        type(self).encoded += 1
        return super().changes(changes)


def a_reader(encoder, sent):
    user = SimpleNamespace(pk=1, get_session_auth_hash=lambda: "")

    def offer(push):
        sent.append(push)
        return True

    person = {"room_id": 1, "user": user, "session_key": ""}
    return Reader(encoder=encoder, transmit=None, close=None, offer=offer, **person)


def a_feed(*readers):
    """Return a feed with these live readers."""
    feed = Feed(1, Counter(), set())
    feed.delivered = 0
    for reader in readers:
        reader.cursor = 0
        feed.hold(reader)
        feed.release(reader)
    return feed


def test_a_change_is_encoded_once_for_all_readers_of_an_audience():
    sent = []
    feed = a_feed(*[a_reader(CountingEncoder("en"), sent) for _ in range(5)])
    feed.take(CHANGE)
    feed.flush()
    assert (CountingEncoder.encoded, sent) == (1, ["<p>one</p>"] * 5)


def test_sockets_and_streams_of_one_language_are_two_audiences():
    encoders = {HtmlEncoder("en"), HtmlEncoder("en"), HtmlEncoder("es"), PatchEncoder("en")}
    assert len(encoders) == 3
    assert HtmlEncoder("en") != PatchEncoder("en")


def test_a_stream_is_sent_no_element_that_its_page_does_not_show():
    on_socket, on_stream = [], []
    feed = a_feed(a_reader(HtmlEncoder("en"), on_socket), a_reader(PatchEncoder("en"), on_stream))
    feed.hint("typing", {"en": "<p id=typing>"})
    feed.hint("people", {"en": "<p id=people>"})
    assert on_socket == ["<p id=typing>", "<p id=people>"]
    assert [len(list(push)) for push in on_stream] == [1]


def test_a_patch_needs_no_nonce_and_names_the_place_of_its_message():
    patch = BeautifulSoup(patch_of("message-7", "<p>Hello</p>", 37).html, "html.parser")
    copy = patch.select_one("input[name=copy-message-7][checked] + [data-copy=message-7]")
    assert (copy["data-places"], copy.get_text()) == ("1 4 32", "Hello")
    assert patch.select("style, [nonce]") == []
