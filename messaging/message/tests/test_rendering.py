"""A fragment is rendered once for all who see the same; its context is its cache key."""

import pytest
from django.template import engines
from django.urls import reverse

from messaging.message import actions, broadcasts, rendering
from messaging.message.rendering import render_message
from messaging.models import Message
from tertulia.design import fallback_loader

ASKING = (
    "{% load i18n %}<article id=message-{{ message.pk }} class=message>"
    "[{{ viewer.name }}{{ user.username }}{{ membership.role }}{{ request.path }}{{ look.theme }}]"
    "</article>"
)


@pytest.fixture
def asking(tmp_path):
    """A `_message.html` that uses values of one reader."""
    folder = tmp_path / "messaging"
    folder.mkdir()
    (folder / "_message.html").write_text(ASKING)
    engine = engines["django"].engine
    before, engine.dirs = engine.dirs, [tmp_path, *engine.dirs]
    engine.template_loaders[0].reset()
    rendering.forget()
    yield
    engine.dirs = before
    engine.template_loaders[0].reset()
    fallback_loader.forget()
    rendering.forget()


@pytest.fixture
def said(lobby, ana, bruno):
    """A message by Ana that mentions Bruno, so that it is on every page with messages."""
    return actions.post_message(lobby, ana, "Hello @bruno", "n1")


PAGES = {
    "room": lambda message: message.room.get_absolute_url(),
    "history": lambda message: f"{message.room.get_absolute_url()}?before=9",
    "transcript": lambda message: reverse("messaging:transcript", args=[message.room.slug]),
    "search": lambda message: f"{reverse('messaging:search')}?q=Hello",
    "mentions": lambda message: reverse("messaging:mentions"),
}


@pytest.mark.parametrize("address", PAGES.values(), ids=PAGES)
def test_a_message_shows_nobody_whose_page_it_is_on(asking, said, client_of, bruno, address):
    assert b"[]</article>" in client_of(bruno).get(address(said)).content


@pytest.mark.parametrize("path", ["", "edit/"])
def test_an_answer_to_htmx_shows_nobody_who_asked(asking, said, client_of, ana, path):
    client, url = client_of(ana), f"{said.get_absolute_url()}{path}"
    ask = client.post if path else client.get
    assert b"[]</article>" in ask(url, {"body": "Bye"}, headers={"HX-Request": "true"}).content


def test_the_day_above_a_found_message_stays_out_of_the_room(said, lobby, ana, client_of, page):
    later = actions.post_message(lobby, ana, "Salut", "n2")
    client = client_of(ana)
    found = page(client.get(f"{reverse('messaging:search')}?q=Salut"))
    assert len(found.select(f"#message-{later.pk} .message-day")) == 1
    assert page(client.get(lobby.get_absolute_url())).select(f"#message-{later.pk} h2") == []


def test_the_cuts_of_a_push_are_its_fragments(lobby, ana):
    for number, text in enumerate(["same", "same", "</article>", "Olá"]):
        actions.post_message(lobby, ana, text, f"{number}")
    messages = list(Message.objects.for_display().order_by("position"))
    changes = broadcasts.render_changes(messages, 4)
    for language, cuts in changes["cuts"].items():
        html = changes["html"][language]
        assert [cut[:2] for cut in cuts] == [(each.pk, each.position) for each in messages]
        fragments = [html[start:end].strip() for _pk, _at, start, end in cuts]
        assert all(text.startswith("<article") for text in fragments)
        assert all(text.endswith("</article>") for text in fragments)


def test_a_page_without_a_change_has_its_cursor_alone(db, ana):
    changes = broadcasts.render_changes([], 7)
    assert changes["cuts"]["en"] == []
    assert "hx-upsert" not in changes["html"]["en"] and 'value="7"' in changes["html"]["en"]


def test_whose_controls_are_in_it_is_part_of_the_key(said, monkeypatch):
    both = render_message(said)
    assert "data-edit" in both
    assert "data-edit" not in render_message(said, is_author=False)
    assert "data-controls" not in render_message(said, is_author=False, can_moderate=False)
    monkeypatch.setattr(rendering, "render_to_string", None)  # it is remembered
    assert render_message(said) == both
