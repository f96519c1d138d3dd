"""How a preview is shown in a message, wherever it is."""

import gzip
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from messaging.markdown.links import host_of
from messaging.message.actions import change_message, delete_message, post_message
from messaging.message.models import Message
from messaging.message.rendering import forget, render_message
from messaging.message.representation import represent

from .shown import URL, drawn, preview, with_preview

HOSTILE = "</a></blockquote><script>pwned()</script>{{ user }}\"' onerror=x \u202e"


@pytest.fixture
def room(client_of, ana, lobby, page):
    """Return a function that gets a page of the room as Ana."""
    return lambda path="": page(client_of(ana).get(f"/rooms/{lobby.slug}/{path}"))


def test_it_shows_title_description_site_and_host_and_leads_to_the_page(lobby, bruno, room):
    with_preview(lobby, bruno)
    card = room().select_one(".message > .preview")
    assert card.a["href"] == URL
    assert card.a["rel"] == ["nofollow", "noopener", "noreferrer", "ugc"]
    words = [" ".join(part.text.split()) for part in card.select("div")]
    assert words == ["lisbon.example, Lisbon: Tram 28", "Up and down."]
    assert not card.select("img")


def test_its_picture_has_a_known_size_comes_late_and_from_here(lobby, bruno, room):
    message = with_preview(lobby, bruno, picture=drawn())
    picture = room().select_one(".preview img")
    key = message.extras["preview"]["picture"]["key"]
    assert picture["src"] == f"/messages/{message.pk}/preview/{key}.webp"
    assert (picture["width"], picture["height"]) == ("600", "315")
    assert (picture["alt"], picture["loading"]) == ("", "lazy")


@pytest.mark.parametrize(("width", "height"), [(600, 315), (315, 315), (60, 315), (0, 0)])
def test_only_a_wide_picture_has_a_wide_box(lobby, bruno, room, width, height):
    blob = drawn()
    type(blob).objects.filter(pk=blob.pk).update(width=width, height=height)
    blob.refresh_from_db()
    with_preview(lobby, bruno, picture=blob)
    assert bool(room().select(".preview-wide")) is (width == 600)


@pytest.mark.parametrize("empty", ["title", "description", "site"])
def test_what_a_page_does_not_say_leaves_nothing_behind(lobby, bruno, room, empty):
    with_preview(lobby, bruno, **{empty: ""})
    card = room().select_one(".preview")
    shown = URL if empty == "title" else "Tram 28"
    assert card.select("a > bdi")[0].text == shown
    assert bool(card.select(".preview-text")) is (empty != "description")
    assert len(card.select(".preview-host bdi")) == 2 - (empty == "site")


@pytest.mark.parametrize("field", ["title", "description", "site"])
@pytest.mark.parametrize("words", [HOSTILE, "{{ user }}", "عنوان", "W" * 60])
def test_a_strangers_words_are_text_with_a_direction_of_their_own(lobby, bruno, room, field, words):
    with_preview(lobby, bruno, **{field: words})
    card = room().select_one(".preview")
    places = {
        "title": "a > bdi",
        "description": "[dir=auto]",
        "site": ".preview-host bdi + span ~ bdi",
    }
    assert card.select_one(places[field]).text == words
    assert not card.select("script")
    assert {tag.name for tag in card.select("*")} <= {"div", "a", "span", "bdi"}


@pytest.mark.parametrize(
    "url",
    [
        *("javascript:alert(1)", "JaVaScRiPt://x.example/%0aalert(1)", "data:text/html,x"),
        *("vbscript:x", "file:///etc/passwd", "//evil.example", "/rooms/", "x", "", "http://"),
        *("https://good.example@evil.example/", "https://good.example\\@evil.example/"),
        *("https://good.example\\.evil.example/", " https://evil.example", "https:evil.example"),
        *("https://evil.example\n", "https://gооd.example/", "https://a b.example/", "http:///x"),
    ],
)
def test_what_is_no_plain_web_address_has_no_card(lobby, bruno, room, url):
    message = post_message(lobby, bruno, "Look", "n")
    change_message(message, extras={"preview": {"url": url, "title": "Good", "host": "good"}})
    assert not room().select(".preview, .message a[href*=evil]")


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://lisbon.example", "lisbon.example"),
        ("HTTP://WWW.Lisbon.Example/a@b/\\c?d#e", "lisbon.example"),
        ("https://lisbon.example:8443/", "lisbon.example:8443"),
        ("https://lisbon.example#@evil.example", "lisbon.example"),
        ("https://lisbon.example.evil.example/", "lisbon.example.evil.example"),
        ("https://xn--lsbon-zta.example/", "xn--lsbon-zta.example"),
        ("http://[2001:4860::8888]/", "[2001:4860::8888]"),
        ("https://192.0.2.7/", "192.0.2.7"),
    ],
)
def test_the_host_is_the_one_that_a_browser_opens(url, host):
    assert host_of(url) == host


@pytest.mark.parametrize(
    ("site", "shown"),
    [
        *(("Lisbon", True), ("The Tram & Co. Ltd.", True), ("Nº 5", True), ("v2.0", True)),
        *(("accounts.bank.example", False), ("bank.com", False), ("https://bank", False)),
        *(("Bank (bank.com)", False), ("банк.рф", False), ("help@bank", False)),
        *(("Lisbon.Example", False),),
    ],
)
def test_a_site_cannot_call_itself_by_anothers_address(lobby, bruno, room, site, shown):
    with_preview(lobby, bruno, site=site)
    names = [name.text for name in room().select(".preview-host bdi")]
    assert names == ["lisbon.example", site][: 1 + shown]


@pytest.mark.parametrize("path", ["", "?before=2", "?around=1", "transcript/"])
def test_every_page_of_a_room_shows_the_same_card(client_of, lobby, ana, bruno, path):
    fragment = render_message(with_preview(lobby, bruno, picture=drawn()))
    card = re.search(r'<blockquote class="preview.*?</blockquote>', fragment, re.DOTALL)[0]
    html = client_of(ana).get(f"/rooms/{lobby.slug}/{path}").content.decode()
    assert html.count(card) == 1


def test_drawing_it_runs_no_query(lobby, bruno, django_assert_num_queries):
    message = with_preview(lobby, bruno, picture=drawn())
    render_message(message)  # the workspace's time zone
    forget()
    with django_assert_num_queries(0):
        assert render_message(message).count("preview-wide") == 1


def test_a_page_of_50_previews_runs_the_queries_of_a_page_without(client_of, lobby, ana, bruno):
    client = client_of(ana)

    def queries():
        client.get(f"/rooms/{lobby.slug}/")
        forget()
        with CaptureQueriesContext(connection) as captured:
            client.get(f"/rooms/{lobby.slug}/")
        return len(captured)

    said = [post_message(lobby, bruno, URL, f"{number}") for number in range(50)]
    without = queries()
    for message in said:
        preview(message, drawn())
    assert queries() == without


def test_fifty_previews_weigh_little_besides_their_own_words(lobby, bruno):
    """Their keys are random, and so is what pages say."""
    said = [with_preview(lobby, bruno, nonce=f"{n}", picture=drawn()) for n in range(50)]
    whole = "".join(
        render_message(each).replace(each.extras["preview"]["picture"]["key"], "") for each in said
    )
    without = re.sub(r'<blockquote class="preview.*?</blockquote>', "", whole, flags=re.DOTALL)
    assert whole.count("<blockquote") == 50
    assert len(gzip.compress(whole.encode())) - len(gzip.compress(without.encode())) <= 50 * 20


def test_a_deleted_message_shows_none_of_it(lobby, bruno, room):
    message = with_preview(lobby, bruno)
    delete_message(message, by=bruno)
    assert "Tram 28" not in room().text
    assert "Tram 28" not in render_message(Message.objects.for_display().get(pk=message.pk))


def test_an_answer_quotes_the_text_and_not_the_preview(lobby, ana, bruno, room):
    answered = with_preview(lobby, bruno, body=f"Look {URL}")
    post_message(lobby, ana, "Nice", "answer", reply_to=answered.pk)
    assert room().select_one(".message-reply").text.count("Tram 28") == 0


def test_an_export_says_what_the_preview_says(lobby, bruno):
    message = with_preview(lobby, bruno, picture=drawn(), site="")
    expected = {"url": URL, "title": "Tram 28", "description": "Up and down.", "site": ""}
    assert represent(message)["preview"] == expected
    assert "preview" not in represent(post_message(lobby, bruno, "Hello", "other"))
