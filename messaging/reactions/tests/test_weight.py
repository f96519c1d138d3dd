"""What reactions add to the fragment: bytes, and no query."""

import gzip
import json

import pytest

from core.emoji.table import all_emoji
from messaging.message import rendering
from messaging.message.representation import represent
from messaging.models import Message
from messaging.reactions.actions import add_reaction
from tertulia.data import exports

ALL = list(all_emoji())


@pytest.fixture
def drawn(said):
    """Return a function: the pushed fragment of the message with a number of kinds."""

    def draw(count):
        message = Message.objects.for_display().get(pk=said.pk)
        message.extras = {"reactions": [[emoji, 3, [7, 1019, 12]] for emoji in ALL[:count]]}
        rendering.forget()
        return rendering.render_message(message).encode()

    return draw


def test_a_chip_is_light(drawn):
    one, twenty = drawn(1), drawn(20)
    assert (len(twenty) - len(one)) / 19 <= 450
    assert (len(gzip.compress(twenty)) - len(gzip.compress(one))) / 19 <= 40


def test_a_message_without_reactions_has_no_trace_of_them(drawn):
    assert b"data-by" not in drawn(0)
    assert b"reactions" in drawn(1)


def test_drawing_reactions_runs_no_query(said, ana, bruno, django_assert_num_queries):
    add_reaction(said, bruno, "👍")
    add_reaction(said, ana, "🎉")
    message = Message.objects.for_display().get(pk=said.pk)
    with django_assert_num_queries(0):
        rendering.render_message(message)


def test_the_fragment_is_byte_for_byte_the_same_for_everybody(client_of, said, ana, bruno):
    add_reaction(said, bruno, "👍")
    pages = [client_of(who).get(said.room.get_absolute_url()).content for who in (ana, bruno)]
    parts = [page[page.index(b'<form class="reactions"') :] for page in pages]
    first, second = (part[: part.index(b"</form>")] for part in parts)
    assert first == second


def test_the_rules_of_a_page_show_one_of_the_two_buttons(client_of, said, bruno, eve):
    add_reaction(said, bruno, "👍")
    path = said.room.get_absolute_url()
    bruno_s, eve_s = (client_of(who).get(path).content.decode() for who in (bruno, eve))
    assert f'.message [data-by~="{bruno.pk}"] .not-by-me' in bruno_s
    assert ".poster-only," in eve_s and ".poster-only," not in bruno_s


@pytest.mark.parametrize("browser", ["Lynx/2.9", "w3m/0.5"])
def test_a_text_browser_gets_only_the_right_button(client_of, page, said, ana, bruno, browser):
    add_reaction(said, bruno, "👍")
    add_reaction(said, ana, "🎉")
    client = client_of(bruno)
    soup = page(client.get(said.room.get_absolute_url(), headers={"User-Agent": browser}))
    buttons = soup.select(f"#message-{said.pk} .reactions input")
    assert [button["value"] for button in buttons] == ["👍 1 (you)", "🎉 1"]


def test_the_export_has_the_counts(said, ana, bruno):
    add_reaction(said, bruno, "❤")
    add_reaction(said, ana, "❤")
    shown = represent(Message.objects.for_display().get(pk=said.pk))
    assert shown["reactions"] == [{"emoji": "❤", "count": 2}]


def test_the_export_of_a_person_has_their_own(said, ana, bruno):
    add_reaction(said, bruno, "❤")
    add_reaction(said, ana, "👍")
    [mine] = json.loads("".join(exports.person_json(bruno)))["reactions"]
    assert (mine["id"], mine["emoji"]) == (said.pk, "❤")
