"""Where a status is shown: to everybody, as text, while it lasts."""

from datetime import timedelta

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from messaging.message.actions import post_message
from rooms.models import Presence
from rooms.presence.leases import record
from users.actions import deactivate, reactivate
from users.models import User
from users.status.actions import set_status

from .security.test_scripts import PAYLOADS

PLACES = {
    "people": "/people/",
    "a person": "/people/bruno/",
    "members": "/rooms/lobby/people/",
    "the room": "/rooms/lobby/",
    "the room without scripts": "/rooms/lobby/?reading=plain",
    "the live frame": "/rooms/lobby/live/",
}
HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "<b>administrator</b>",
    "&lt;i&gt;&#60;b&#62;",
    "{{ 7|add:7 }}{% now 'Y' %}",
    "[x](javascript:alert(1)) *a* `b` @ana #lobby",
    "<hx-upsert hx-target='#messages'>",
    "' autofocus onfocus=alert(1)",
    "</bdi></span></li></ul>",
]


@pytest.fixture
def here(bruno, lobby):
    """Bruno has the lobby open."""
    presence = Presence(room=lobby, user=bruno, connection="c", process="p", session_key="")
    record([presence], [])
    return bruno


@pytest.fixture
def shown(ana, page, client_of):
    """Return a function that returns the statuses on a page that Ana reads."""

    def found(path, reader=ana):
        # The frame then ends, instead of waiting for messages.
        headers = {"Sec-Purpose": "prefetch"} if path.endswith("/live/") else {}
        return page(client_of(reader).get(path, headers=headers)).select(".status")

    return found


def say(person, emoji="🌴", text="On holiday", minutes=60):
    set_status(person, emoji, text, timezone.now() + timedelta(minutes=minutes))


def end(person):
    past = timezone.now() - timedelta(seconds=1)
    User.objects.filter(pk=person.pk).update(status_until=past)


@pytest.mark.parametrize("path", PLACES.values(), ids=PLACES)
def test_everybody_sees_it_while_it_lasts(here, eve, shown, path):
    say(here)
    (status,) = shown(path, eve)
    assert status.get_text(" ", strip=True).startswith("Status: 🌴 On holiday")
    end(here)
    assert shown(path, eve) == []


@pytest.mark.parametrize("path", list(PLACES.values())[:3])
def test_lists_and_pages_say_until_when(bruno, lobby, shown, path):
    say(bruno)
    (time,) = shown(path)[0].select("time")
    bruno.refresh_from_db()
    assert time["datetime"] == f"{bruno.status_until:%Y-%m-%dT%H:%MZ}"
    assert time["data-show"] == "moment"


def test_a_push_says_no_time_since_it_is_the_same_for_everybody(here):
    say(here)
    here.refresh_from_db()
    assert "<time" not in render_to_string("rooms/people_changed.html", {"people": [here]})


@pytest.mark.parametrize("path", PLACES.values(), ids=PLACES)
@pytest.mark.parametrize("text", HOSTILE)
def test_it_is_text_whatever_it_holds(here, shown, path, text):
    say(here, "", text)
    (status,) = shown(path)
    assert status.select_one("bdi.status-text").get_text() == text
    assert {tag.name for tag in status.find_all()} <= {"span", "bdi", "time"}


def test_the_list_of_payloads_is_refused_or_is_text(bruno, lobby, shown, client_of):
    """Case 60."""
    client, accepted = client_of(bruno), set()
    for payload in PAYLOADS:
        assert client.post("/profile/status/", {"emoji": payload}).status_code == 422, payload
        if client.post("/profile/status/", {"text": payload}).status_code == 302:
            (status,) = shown("/people/")
            stored = User.objects.values_list("status_text", flat=True).get(pk=bruno.pk)
            assert status.select_one("bdi.status-text").get_text() == stored
            assert {tag.name for tag in status.find_all()} <= {"span", "bdi", "time"}, payload
            accepted.add(stored)
    assert "<script>pwned()</script>" in accepted
    assert not {letter for text in accepted for letter in text} & set("\0\n\u202e\u200b")


@pytest.mark.parametrize("text", ["administrator", "here now", "deactivated", "✅ Owner"])
def test_it_never_looks_like_a_badge(bruno, shown, page, client_of, ana, text):
    say(bruno, "", text)
    row = page(client_of(ana).get("/people/")).select_one(f"#person-{bruno.pk}")
    assert row.select(".badge") == []
    status = row.select_one(".list-text > .status")
    assert status.get_text(" ", strip=True).startswith(f"Status: 💬 {text} until")


def test_an_emoji_is_enough(bruno, shown):
    say(bruno, "🤒", "")
    (status,) = shown("/people/")
    assert status.select("bdi") == []
    assert status.get_text(" ", strip=True).startswith("Status: 🤒 until")


def test_a_deactivated_person_has_none_and_none_afterwards(ana, bruno, page, client_of):
    say(bruno)
    deactivate(bruno, by=ana)
    for _ in range(2):
        assert not page(client_of(ana).get("/people/bruno/")).select(".status")
        reactivate(bruno, by=ana)
    fields = ("status_emoji", "status_text", "status_until")
    assert User.objects.values_list(*fields).get(pk=bruno.pk) == ("", "", None)


def test_one_that_a_restored_row_of_a_deactivated_person_has_is_not_shown(bruno, shown):
    say(bruno)
    User.objects.filter(pk=bruno.pk).update(is_active=False)
    assert shown("/people/bruno/") == shown("/people/?deactivated=1") == []


@pytest.mark.parametrize("path", list(PLACES.values())[:-1], ids=list(PLACES)[:-1])
def test_it_costs_no_query(ana, here, client_of, path):
    client, counts = client_of(ana), []
    client.get(path)
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.get(path)
        counts.append(len(queries))
        say(here)
    assert counts[0] == counts[1]


def test_messages_do_not_show_it(here, lobby, shown):
    post_message(lobby, here, "Hello", "n1")
    say(here)
    (status,) = shown("/rooms/lobby/")
    assert status.find_parent(id="people")
