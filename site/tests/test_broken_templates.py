"""A broken template is reported by name and breaks nothing else."""

import pytest
from django.template import engines
from django.template.loader import render_to_string
from django.urls import NoReverseMatch

from messaging.message import rendering
from messaging.message.actions import post_message
from tertulia.design import fallback_loader
from tertulia.design.checks import all_problems


@pytest.fixture
def override(settings, tmp_path):
    """Return a function that writes a template into a new TEMPLATES_DIR."""
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
    fallback_loader.forget()


@pytest.fixture
def room_page(lobby, ana, client_of, page):
    """Return a function that opens a room with one message as Ana."""
    post_message(lobby, ana, "The kettle is on.", "kettle")

    def opened():
        rendering.forget()
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


@pytest.mark.parametrize("name", ["messaging/conversation/room.html", "base.html"])
@pytest.mark.parametrize("broken", ["{% nosuch %}", "{% url 'nosuch' %}"])
def test_the_products_own_page_stands_in_for_a_broken_one(override, room_page, name, broken):
    page = '{% extends "base.html" %}{% block main %}' + broken + "{% endblock %}"
    base = broken + "{% block main %}{% endblock %}"
    override(name, base if name == "base.html" else page)
    assert len(room_page().select("#main .message-body")) == 1


def test_a_fragment_without_another_is_left_out(override, room_page):
    override("rooms/_new.html", "{% nosuch %}")
    override("rooms/_people.html", '<section id="people">{% include "rooms/_new.html" %}</section>')
    document = room_page()
    assert document.select_one("#people .alert").text == "This part cannot be shown right now."
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


def as_folder(path):
    path.unlink()
    path.mkdir()


def as_utf_16(path):
    path.write_text("<p>{{ message }}</p>", encoding="utf-16")


def as_utf_16_without_mark(path):
    path.write_text("<p>{{ message }}</p>", encoding="utf-16-le")


def as_latin_1(path):
    path.write_bytes("<p>né</p>".encode("latin-1"))


def as_dangling_link(path):
    path.unlink()
    path.symlink_to("nowhere.html")


def as_link_to_itself(path):
    path.unlink()
    path.symlink_to(path)


UNREADABLE = [
    *(as_folder, as_utf_16, as_utf_16_without_mark, as_latin_1),
    *(as_dangling_link, as_link_to_itself),
]


@pytest.mark.parametrize(
    "name", ["messaging/_message.html", "messaging/conversation/room.html", "base.html"]
)
@pytest.mark.parametrize("spoil", UNREADABLE)
def test_the_products_own_stands_in_for_what_cannot_be_read(override, room_page, name, spoil):
    path = override(name, "x")
    spoil(path)
    room_page()
    document = room_page()  # it lists the broken templates
    assert document.select_one("#messages .message-body").text.strip() == "The kettle is on."
    assert [code.text for code in document.select("[role=alert] code")] == [str(path)]


@pytest.mark.parametrize("spoil", UNREADABLE)
def test_the_check_names_a_file_that_cannot_be_read(override, spoil):
    path = override("messaging/_message.html", "x")
    spoil(path)
    assert [problem.path for problem in all_problems("messaging/_message.html")] == [path]


@pytest.mark.parametrize("spoil", UNREADABLE)
def test_a_mails_subject_that_cannot_be_read_is_the_products_own(override, spoil):
    name = "account/email/password_changed_subject.txt"
    own = render_to_string(name)
    spoil(override(name, "x"))
    assert render_to_string(name) == own != ""


def test_a_mark_of_the_byte_order_is_not_shown(override):
    override("page.html", "\ufeffHello")
    assert render_to_string("page.html") == "Hello"


ENDLESS = {
    "itself": {"messaging/_message.html": '<b>{% include "messaging/_message.html" %}</b>'},
    "each other": {
        "messaging/_message.html": '<b>{% include "other.html" %}</b>',
        "other.html": '<i>{% include "messaging/_message.html" %}</i>',
    },
    "twice": {"messaging/_message.html": '{% include "messaging/_message.html" %}' * 2},
    "by way of a page": {
        "messaging/_message.html": '{% include "messaging/conversation/room.html" %}'
    },
    "a frame": {
        "base.html": '{% include "messaging/conversation/room.html" %}'
        "{% block main %}{% endblock %}"
    },
}


@pytest.mark.parametrize("files", ENDLESS.values(), ids=ENDLESS)
def test_one_that_includes_itself_gives_way_to_the_products_own(override, room_page, files):
    paths = [str(override(name, text)) for name, text in files.items()]
    room_page()
    document = room_page()
    assert document.select_one(".message-body").text.strip() == "The kettle is on."
    assert paths[0] in [code.text for code in document.select("[role=alert] code")]


def test_the_check_names_one_that_includes_itself(override):
    path = override("messaging/_message.html", '{% include "messaging/_message.html" %}')
    assert path in {problem.path for problem in all_problems("messaging/_message.html")}


def test_a_template_may_include_itself_for_a_tree(override):
    override(
        "tree.html", "{{ tree.0 }}{% for tree in tree.1 %}{% include 'tree.html' %}{% endfor %}"
    )
    tree = ("c", [])
    assert render_to_string("tree.html", {"tree": ("a", [("b", [tree, tree])])}) == "abcc"
