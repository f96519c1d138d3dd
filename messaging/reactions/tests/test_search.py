"""Finding emoji in one's language, in English, and by codes."""

import pytest

from core.emoji.table import all_emoji
from messaging.reactions.search import MAX_FOUND, MAX_NEAR, QUICK, find


@pytest.mark.parametrize(
    ("words", "language", "emoji"),
    [
        ("corazón", "es", "❤"),
        ("CORAZON", "es", "❤"),
        ("coração", "pt-br", "❤"),
        ("heart", "en", "❤"),
        ("heart", "es", "❤"),
        ("fuego", "es", "🔥"),
        ("thumbs up", "en", "👍"),
        ("up thumb", "en", "👍"),
        (":tada:", "es", "🎉"),
        ("tada", "pt-br", "🎉"),
        ("thumbsup", "en", "👍"),
        ("❤️", "en", "❤"),
        ("👍🏿", "en", "👍"),
        ("españa", "es", "🇪🇸"),
        ("hart", "en", "💘"),
    ],
)
def test_words_codes_and_emoji_are_found(words, language, emoji):
    assert emoji in find(words, language)


@pytest.mark.parametrize("words", ["❤️", ":heart:", "heart", "red heart"])
def test_what_is_meant_most_comes_first(words):
    assert find(words, "en")[0] == "❤"


def test_the_readers_language_comes_before_english():
    assert find("pie", "es")[0] == "🦶"
    assert find("pie", "en")[0] == "🥧"


@pytest.mark.parametrize("words", ["", "  ", ":", "xyzzyqqq", "|", "\0", "\ud83d", "🏽", "a" * 60])
def test_what_means_nothing_finds_nothing(words):
    assert find(words, "en") == []


def test_few_are_found():
    assert len(find("face", "en")) == MAX_FOUND
    assert len(find("smilie", "en")) <= MAX_NEAR


def test_all_emoji_have_names_and_keys_without_selectors_and_tones():
    for key, emoji in all_emoji().items():
        assert emoji.name("en") and emoji.name("es") and emoji.name("pt-br"), key
        assert not set(key) & {"\ufe0e", "\ufe0f", *map(chr, range(0x1F3FB, 0x1F400))}
    assert set(QUICK) < all_emoji().keys()
