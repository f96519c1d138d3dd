"""Messages of one author stand under one name, until a day, five minutes or eight messages."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from messaging.message import actions, broadcasts
from messaging.message.models import MAX_RUN
from messaging.models import Message
from messaging.noscript.patches import PatchEncoder
from users.clock.zones import zone_named
from users.models import User


@pytest.mark.parametrize("at_once", [1, 3, 20])
def test_a_run_breaks_after_eight(lobby, ana, at_once):
    drafts = [actions.Draft(ana, f"{number}", f"{number}") for number in range(20)]
    for start in range(0, 20, at_once):
        actions.post_messages(lobby, drafts[start : start + at_once])
    begun = Message.objects.filter(continues=False).values_list("position", flat=True)
    assert list(begun.order_by("position")) == [1, 1 + MAX_RUN, 1 + 2 * MAX_RUN]


def test_somebody_elses_message_begins_a_new_count(lobby, ana, bruno):
    authors = [*[ana] * 5, bruno, *[ana] * 9]
    for number, author in enumerate(authors):
        actions.post_message(lobby, author, f"{number}", f"{number}")
    begun = Message.objects.filter(continues=False).values_list("position", flat=True)
    assert list(begun.order_by("position")) == [1, 6, 7, 15]


@pytest.fixture
def late(lobby, ana, bruno):
    """Two messages of 14:59 and 15:01 UTC, on one day there and on two days in Tokyo."""
    for minute, said_at in ((59, 14), (1, 15)):
        message = actions.post_message(lobby, ana, f"{minute}", f"{minute}")
        at = datetime(2025, 1, 5, said_at, minute, tzinfo=UTC)
        Message.objects.filter(pk=message.pk).update(created_at=at, opens_day=said_at == 14)
    User.objects.filter(pk=bruno.pk).update(time_zone="Asia/Tokyo")
    bruno.refresh_from_db()
    return list(lobby.messages.for_display().order_by("position"))


ADDRESSES = ["", "?reading=plain", "?after=0", "?before=9", "transcript/?day=2025-01-06"]


@pytest.mark.parametrize("path", ADDRESSES)
def test_days_begin_at_the_readers_midnight(late, lobby, bruno, client_of, page, path):
    client = client_of(bruno)
    headers = {"HX-Request": "true"} if "before" in path else {"User-Agent": "Lynx"}
    response = client.get(f"{lobby.get_absolute_url()}{path}", headers=headers)
    second = page(response).select_one(f"#message-{late[1].pk}")
    assert second.select_one(".message-day").get_text(strip=True) == "Mon 6 Jan 2025"
    assert second.select_one(".message-time").get_text(strip=True) == "12:01 AM"


def test_search_and_mentions_go_by_the_same_clock(late, bruno, client_of, page):
    found = page(client_of(bruno).get("/search/?q=59")).select_one(".message")
    assert found.select_one(".message-day").get_text(strip=True) == "Sun 5 Jan 2025"
    assert found.select_one(".message-time").get_text(strip=True) == "11:59 PM"


def test_a_stream_has_the_readers_times(late):
    changes = broadcasts.render_changes(late, 4)
    [_first, second] = PatchEncoder("en", zone_named("Asia/Tokyo")).changes([changes])
    assert ">12:01 AM<" in second.html
    [_first, second] = PatchEncoder("en").changes([changes])
    assert ">3:01 PM<" in second.html


def test_a_page_contains_what_is_pushed_where_the_zones_agree(lobby, ana, bruno, client_of):
    said = [actions.post_message(lobby, ana, f"{number}", f"{number}") for number in range(3)]
    html = client_of(ana).get(lobby.get_absolute_url()).text
    changes = broadcasts.render_changes(said, 3)
    for _pk, _position, start, end in changes["cuts"]["en"]:
        assert changes["html"]["en"][start:end] in html


def test_today_becomes_yesterday_in_a_cached_fragment(lobby, ana, client_of, page, monkeypatch):
    actions.post_message(lobby, ana, "Late", "n1")
    client, url = client_of(ana), lobby.get_absolute_url()
    day = ".message-day"
    assert page(client.get(url)).select_one(day).get_text(strip=True) == "Today"
    tomorrow = timezone.now() + timedelta(days=1)
    monkeypatch.setattr(timezone, "now", lambda: tomorrow)
    assert page(client.get(url)).select_one(day).get_text(strip=True) == "Yesterday"
