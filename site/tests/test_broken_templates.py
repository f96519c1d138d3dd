"""A template that a designer broke takes nothing else down, and is named."""

import pytest
from django.template import engines
from django.template.loader import render_to_string
from django.urls import NoReverseMatch

from messaging import fragments
from messaging.actions import post_message
from tertulia import template_loader


@pytest.fixture
def override(settings, tmp_path):
    """Return a function that writes a template into a TEMPLATES_DIR of its own."""
    engine = engines["django"].engine
    readers = engine.template_loaders[0].loaders
    dirs = [engine.dirs, *(reader.dirs for reader in readers if hasattr(reader, "dirs"))]
    engine.dirs = [tmp_path, *engine.dirs]

    def write(name, text):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        engine.template_loaders[0].reset()
        return path

    yield write
    engine.dirs = dirs[0]
    engine.template_loaders[0].reset()
    template_loader.forget()


@pytest.fixture
def room_page(lobby, ana, client_of, page):
    """Return a function that opens the room with one message in it, as Ana sees it."""
    post_message(lobby, ana, "The kettle is on.", "kettle")

    def opened():
        fragments.forget()
        return page(client_of(ana).get(lobby.get_absolute_url()))

    return opened


def test_two_broken_ones_do_not_call_each_other(override, tmp_path):
    engine = engines["django"].engine
    engine.dirs = [tmp_path / "first", tmp_path / "second"]
    override("first/page.html", "{% url 'nosuch' %}")
    override("second/page.html", "{% url 'nosuch' %}")
    with pytest.raises(NoReverseMatch):
        render_to_string("page.html")


def test_a_folder_of_ones_own_comes_first(override, room_page):
    override("rooms/_people.html", '<section id="people">Everybody</section>')
    assert room_page().select_one("#people").text == "Everybody"


@pytest.mark.parametrize("broken", ["{% if message %}", "{% nosuch %}", "{% url 'nosuch' %}"])
def test_the_products_own_fragment_stands_in_for_a_broken_one(override, room_page, broken):
    override("messaging/_message.html", f"<article>{broken}</article>")
    assert room_page().select_one(".message .message-body").text.strip() == "The kettle is on."


@pytest.mark.parametrize("name", ["messaging/room.html", "base.html"])
@pytest.mark.parametrize("broken", ["{% nosuch %}", "{% url 'nosuch' %}"])
def test_the_products_own_page_stands_in_for_a_broken_one(override, room_page, name, broken):
    page = '{% extends "base.html" %}{% block main %}' + broken + "{% endblock %}"
    override(
        name, page if name == "messaging/room.html" else broken + "{% block main %}{% endblock %}"
    )
    assert len(room_page().select("#main .message-body")) == 1


def test_a_fragment_without_another_is_left_out(override, room_page):
    override("rooms/_new.html", "{% nosuch %}")
    override("rooms/_people.html", '<section id="people">{% include "rooms/_new.html" %}</section>')
    document = room_page()
    assert document.select_one("#people .notice").text == "This part cannot be shown just now."
    assert document.select_one(".message-body").text.strip() == "The kettle is on."


def test_the_log_and_administrators_are_told_which_file(override, room_page, caplog):
    path = override("rooms/_people.html", "{% nosuch %}")
    room_page()
    assert [record.getMessage().split(" is ")[0] for record in caplog.records] == [
        f"The template {path}"
    ]
    assert room_page().select_one("[role=alert] code").text == str(path)


def test_nobody_else_is_told(override, room_page, lobby, bruno, client_of, page):
    override("rooms/_people.html", "{% nosuch %}")
    room_page()
    assert not page(client_of(bruno).get(lobby.get_absolute_url())).select("main [role=alert] code")


def test_a_broken_template_of_the_product_itself_is_an_error(override):
    override("page.html", "{% nosuch %}")
    with pytest.raises(Exception, match="nosuch"):
        render_to_string("page.html")
