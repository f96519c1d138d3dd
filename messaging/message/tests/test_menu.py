"""The menu of a message: what it has for whom, in which order, and how its controls are named."""

import pytest
from bs4 import BeautifulSoup

from messaging.message import actions
from messaging.message.rendering import render_message
from rooms.actions import archive_room
from rooms.moderation.actions import mute_member

LYNX = {"User-Agent": "Lynx/2.9"}


def parsed(html):
    return BeautifulSoup(html, "html.parser")


@pytest.fixture
def said(lobby, bruno):
    return actions.post_message(lobby, bruno, "Hello", "n1")


@pytest.fixture
def menu_of(said, client_of, page):
    """Return a function that returns the words of the message's menu on a person's page."""

    def read(person, **headers):
        client = client_of(person)
        shown = page(client.get(said.room.get_absolute_url(), headers=headers))
        return [link.get_text(strip=True) for link in shown.select(f"#message-{said.pk} .menu a")]

    return read


def test_the_author_can_edit_and_delete_and_not_report(menu_of, bruno):
    assert menu_of(bruno) == ["React", "Reply", "Copy link", "Mark unread", "Edit", "Delete"]


def test_a_moderator_can_report_and_delete(menu_of, ana):
    assert menu_of(ana) == ["React", "Reply", "Copy link", "Mark unread", "Report", "Delete"]


def test_who_reads_along_has_no_menu(menu_of, eve):
    assert menu_of(eve) == []


def muted(lobby, bruno):
    mute_member(lobby.membership_of(bruno), lobby.owner, 60)


def gone(lobby, bruno):
    lobby.membership_of(bruno).delete()


def archived(lobby, bruno):
    archive_room(lobby)


@pytest.mark.parametrize("happens", [muted, gone, archived])
def test_who_cannot_edit_any_more_is_not_offered_it(said, lobby, ana, bruno, menu_of, happens):
    lobby.owner = ana
    happens(lobby, bruno)
    assert {"Edit", "Delete"}.isdisjoint(menu_of(bruno))
    assert menu_of(bruno, **LYNX) == []


@pytest.mark.parametrize("happens", [muted, gone, archived])
def test_pushed_controls_are_hidden_from_who_cannot_use_them(
    said, lobby, ana, bruno, client_of, page, happens
):
    rules = [".author-only,", ".message:not([data-author"]
    address = said.room.get_absolute_url()
    shown = page(client_of(bruno).get(address)).style.get_text()
    assert shown.lstrip().startswith(rules[1])
    lobby.owner = ana
    happens(lobby, bruno)
    shown = page(client_of(bruno).get(address)).style.get_text()
    assert shown.lstrip().startswith(rules[0])


def test_nobody_is_offered_to_delete_in_an_archived_room(said, lobby, menu_of, ana):
    archive_room(lobby)
    assert menu_of(ana) == ["React", "Reply", "Copy link", "Mark unread", "Report"]


def test_a_text_browser_shows_moderators_no_report_of_their_own(lobby, ana, client_of, page):
    own = actions.post_message(lobby, ana, "Mine", "n2")
    shown = page(client_of(ana).get(lobby.get_absolute_url(), headers=LYNX))
    words = [link.get_text(strip=True) for link in shown.select(f"#message-{own.pk} .menu a")]
    features = ["React", "Reply", "Save for later", "Pin"]
    assert words == [*features, "Copy link", "Mark unread", "Edit", "Delete"]


def test_a_pushed_menu_has_everything_and_says_whose_it_is(said):
    pushed = parsed(render_message(said))
    words = [link.get_text(strip=True) for link in pushed.select(".menu a")]
    assert words == ["React", "Reply", "Copy link", "Mark unread", "Edit", "Report", "Delete"]
    for name, rule in (
        ("edit", "author-only"),
        ("report", "not-author"),
        ("delete", "author-only"),
    ):
        assert rule in pushed.select_one(f".menu a[href$='/{name}/']")["class"]


def test_a_deleted_message_has_no_menu(said, bruno):
    actions.delete_message(said, by=bruno)
    assert parsed(render_message(said)).select(".menu") == []


@pytest.mark.parametrize("name", ["Ana", 'An "A" na', "<b>", "أنا"])
def test_messages_and_controls_are_named_by_author_and_time(lobby, ana, name):
    ana.display_name = name
    message = actions.post_message(lobby, ana, "Hello", "n1")
    article = parsed(render_message(message)).article
    time = article.select_one(".message-time").get_text(strip=True)
    assert article["aria-label"] == f"{name}, {time}"
    labels = [link["aria-label"] for link in article.select(".menu a")]
    assert labels[-1] == f"Delete message by {name}"
    assert article.summary["aria-label"] == f"More: message by {name}"


def test_the_author_leads_to_the_person(said, client_of, ana):
    link = parsed(render_message(said)).select_one("a.message-author")
    assert link.get_text(strip=True) == "bruno"
    assert client_of(ana).get(link["href"]).status_code == 200


def test_acts_have_one_form_with_the_pages_token(said, client_of, ana, page):
    form = page(client_of(ana).get(said.room.get_absolute_url())).select_one("form#act")
    assert form["method"] == "post" and form.select_one("[name=csrfmiddlewaretoken]")["value"]
