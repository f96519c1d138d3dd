"""The initial on a user's picture."""

import pytest

from users.names.initials import initial_of


@pytest.mark.parametrize(
    ("name", "initial"),
    [
        ("ana", "A"),
        ("élodie", "É"),
        ("e\u0301lodie", "E\u0301"),
        ("x\u0301\u0323y", "X\u0301\u0323"),
        *(("ßen", "ß"), ("ŉame", "ŉ"), ("ﬁn", "ﬁ"), ("ǰan", "ǰ"), ("ΐ", "ΐ"), ("և", "և")),
        *(("ǆ", "ǅ"), ("ქეთი", "ქ"), ("ᾳ", "ᾼ"), ("ñu", "Ñ"), ("ж", "Ж")),
        *(("👩‍👩‍👧‍👦 family", "👩‍👩‍👧‍👦"), ("👋🏽 hi", "👋🏽"), ("🇪🇸🇧🇷", "🇪🇸")),
        *(("❤️", "❤️"), ("1️⃣", "1️⃣")),
        *(("किरण", "कि"), ("한국", "한"), ("한국", "한"), ("ليلى", "ل")),
        *(("กำ", "กำ"), ("明美", "明")),
        ("", ""),
    ],
)
def test_an_initial_is_one_visible_letter(name, initial):
    assert initial_of(name) == initial


def test_the_picture_shows_it(client_of, ana, lobby, page):
    ana.display_name = "👩‍👩‍👧‍👦 Ana"
    ana.save(update_fields=["display_name"])
    room = page(client_of(ana).get(lobby.get_absolute_url()))
    assert room.select_one(".sidebar-me .avatar")["data-initial"] == "👩‍👩‍👧‍👦"
