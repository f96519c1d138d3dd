"""What a push says is short, whatever people write and are called."""

import json

import pytest

from messaging.message.actions import post_message
from messaging.notifications.push import payload
from messaging.notifications.push.encryption import from_base64url, seal, to_base64url
from messaging.notifications.push.payload import MAX_BYTES, MAX_LETTERS, cut
from rooms.actions import create_room, join_room, mark_read
from users.models import User

FAMILY = "👨‍👩‍👧‍👦"


@pytest.mark.parametrize(
    "text",
    [
        "👍" * 200,
        FAMILY * 200,
        FAMILY * 300,
        "e" + "\u0301" * 7_900,
        "\u200d" * 8_000,
        '"' * 8_000,
        "\\" * 200,
        "\x01" * 8_000,
        "\n" * 50 + "a",
        "字" * 8_000,
        "ß" * 200,
        "🇪🇸" * 200,
    ],
)
def test_a_push_is_short_whatever_is_written(lobby, ana, bruno, bell, send, text):
    bruno.language = "pt-br"
    bruno.save(update_fields=["language"])
    post_message(lobby, ana, f"@bruno {text}", "n")
    send()
    [asked] = bell.asked()
    assert len(asked.body) <= MAX_BYTES + 103 < 4096
    [shown] = bell.shown()
    assert shown["notification"]["body"].startswith("@bruno")
    assert shown["notification"]["title"] and shown["notification"]["navigate"]


def test_two_hundred_emoji_are_shown_whole(lobby, ana, bell, say, send):
    say(lobby, ana, "@bruno " + "👍" * 193)
    send()
    assert bell.texts() == [("ana in Lobby", "@bruno " + "👍" * 193)]


def test_names_may_be_long(ana, bruno, browser_of, send):
    User.objects.filter(pk=ana.pk).update(display_name="字" * 60, shows_username=True)
    room = create_room(ana, "𝔸" * 60)
    join_room(room, bruno)
    browser = browser_of(bruno)
    post_message(room, User.objects.get(pk=ana.pk), "@bruno " + FAMILY * 200, "n")
    send()
    [asked] = browser.asked()
    assert len(asked.body) <= MAX_BYTES + 103


@pytest.mark.parametrize(
    ("text", "letters", "shown"),
    [
        ("", 3, ""),
        ("abc", 3, "abc"),
        ("abcd", 3, "abc…"),
        ("ab cd", 3, "ab…"),
        (FAMILY * 3, 3, FAMILY * 3),
        (FAMILY * 4, 3, FAMILY * 3 + "…"),
        ("é" * 4, 3, "é" * 3 + "…"),
        ("abc", 0, "…"),
    ],
)
def test_a_text_is_cut_between_letters(text, letters, shown):
    assert cut(text, letters) == shown


def test_a_text_of_two_hundred_letters_is_not_cut():
    assert cut("a" * MAX_LETTERS, MAX_LETTERS) == "a" * MAX_LETTERS


def test_what_is_written_stays_what_it_is(lobby, ana, bell, say, send):
    text = '@bruno <b>&amp; {{ x }} "quoted"\nsecond line'
    say(lobby, ana, text)
    send()
    assert bell.texts() == [("ana in Lobby", text)]


def test_the_badge_counts_what_the_title_of_the_page_counts(
    lobby, den, ana, bruno, bell, say, send
):
    say(lobby, ana, "@bruno one")
    say(den, ana, "@bruno two")
    send()
    assert bell.shown()[-1]["app_badge"] == 2
    mark_read(den.membership_of(bruno), 1)
    say(lobby, ana, "@bruno three")
    send()
    assert bell.shown()[-1]["app_badge"] == 2
    mark_read(lobby.membership_of(bruno), 2)
    say(lobby, ana, "@bruno four")
    send()
    assert bell.shown()[-1]["app_badge"] == payload.badge_of(bruno) == 1


@pytest.mark.parametrize("keys", [{"p256dh": "AAAA"}, {"auth": "AAAA"}, {"p256dh": "", "auth": ""}])
def test_keys_that_cannot_be_used_are_a_device_that_fails(lobby, ana, bell, say, send, keys):
    type(bell.device).objects.update(**keys)
    say(lobby, ana, "@bruno")
    send()
    assert bell.asked() == []
    assert bell.refresh().is_failing


def test_a_sealed_push_has_no_more_than_one_record(bell):
    keys = to_base64url(bell.point), to_base64url(bell.secret)
    assert len(seal(b"a" * MAX_BYTES, *keys)) == MAX_BYTES + 103
    assert from_base64url(keys[0]) == bell.point
    assert json.loads(bell.open(seal(b"{}", *keys))) == {}
