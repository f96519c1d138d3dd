"""Emoji: what `:tada:` means, how each is called, and texts that are nothing but emoji.

The names come from emoji.tsv, which `make emoji` writes. It is read when the first name is.
"""

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

import regex

MOST_ALONE = 27  # emoji that are shown large

_FILE = Path(__file__).with_name("emoji.tsv")
_LANGUAGES = ("en", "es", "pt")  # of the names, as the file has them
_TONE = "[\U0001f3fb-\U0001f3ff]"
# Symbols that most fonts draw as emoji, and others only if U+FE0F demands it.
_PICTURE = "[\u231a-\u23ff\u25fb-\u27bf\u2b05-\u2b55\U0001f000-\U0001f1e5\U0001f200-\U0001faff]"
_SYMBOL = (
    "[\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u21ff\u24c2"
    "\u25aa-\u25fa\u2934\u2935\u3030\u303d\u3297\u3299]"
)
_PART = f"(?:{_PICTURE}(?:\ufe0f|{_TONE})?+|{_SYMBOL}\ufe0f)"
# Unicode TS 51, ED-17: flags, keycaps, and pictures that a joiner makes one.
_EMOJI = (
    "(?:[\U0001f1e6-\U0001f1ff]{2}|[0-9#*]\ufe0f?\u20e3"
    f"|{_PART}(?:\u200d{_PART})*+[\U000e0020-\U000e007f]*+)"
)
_ONLY_EMOJI = re.compile(rf"\s*+(?:{_EMOJI}\s*+){{1,{MOST_ALONE}}}+")
_LONGEST = MOST_ALONE * 12  # letters

LONGEST_KEY = 32  # letters: more than any emoji with its skin tones has
_STYLES = re.compile(f"[\ufe0e\ufe0f]|{_TONE}")
_SELECTORS = re.compile("[\ufe0e\ufe0f]")
_NEEDLESS = re.compile(f"\ufe0e|\ufe0f+(?={_TONE}|\ufe0f)")
_WORN_TONE = regex.compile(rf"(?<=\p{{Emoji_Modifier_Base}}){_TONE}")
# Two people whose skin tones differ are written out: their emoji without tones is another.
_PAIRS = {
    "\U0001faf1\u200d\U0001faf2": "🤝",
    "👩\u200d🤝\u200d👩": "👭",
    "👩\u200d🤝\u200d👨": "👫",
    "👨\u200d🤝\u200d👨": "👬",
    "🧑\u200d❤\u200d🧑": "💑",
    "🧑\u200d❤\u200d💋\u200d🧑": "💏",
    "🧑\u200d🐰\u200d🧑": "👯",
    "👨\u200d🐰\u200d👨": "👯\u200d♂",
    "👩\u200d🐰\u200d👩": "👯\u200d♀",
    "🧑\u200d\U0001faef\u200d🧑": "🤼",
    "👨\u200d\U0001faef\u200d👨": "🤼\u200d♂",
    "👩\u200d\U0001faef\u200d👩": "🤼\u200d♀",
}


class Emoji(NamedTuple):
    """An emoji: its key, how it is drawn, what people type for it, and its names and words."""

    key: str  # without the variation selector U+FE0F, which some keyboards leave out
    shown: str
    codes: list[str]
    slack_codes: list[str]  # codes of Slack that mean another emoji elsewhere
    names: list[str]  # in each of _LANGUAGES: its name and search words, with "|" between them

    def words(self, language: str) -> list[str]:
        """Return its name in `language` (such as "pt-br") and what else it is found by, or []."""
        language = language.partition("-")[0]
        names = self.names[_LANGUAGES.index(language)] if language in _LANGUAGES else ""
        return names.split("|") if names else []

    def name(self, language: str) -> str:
        """Return its name in `language`, or in English if it has none there."""
        return (self.words(language) or self.words("en"))[0]


def emoji_of(code: str) -> str | None:
    """Return the emoji that `code` (such as "tada") means, or None."""
    emoji = _codes().get(code)
    return emoji.shown if emoji else None


def is_only_emoji(text: str) -> bool:
    """Return True if `text` is at most MOST_ALONE emoji and spaces."""
    return len(text) <= _LONGEST and _ONLY_EMOJI.fullmatch(text) is not None


def key_of(text: str) -> str | None:
    """Return the key of the one emoji that `text` is, or None.

    It is the same whatever the skin tone, and with or without U+FE0F.
    """
    if len(text) > LONGEST_KEY:
        return None
    bare = _STYLES.sub("", text)
    key = _PAIRS.get(bare, bare)
    return key if key in all_emoji() else None


def shown_of(text: str) -> str | None:
    """Return the one emoji that `text` is, as it is drawn and with its skin tones, or None.

    Unlike for `key_of`, each tone must stand where it changes the emoji: "🍕🏿" is drawn as two.
    """
    if len(text) > LONGEST_KEY:
        return None
    typed = _SELECTORS.sub("", text)
    bare = _WORN_TONE.sub("", typed)
    emoji = all_emoji().get(_PAIRS.get(bare, bare))
    if emoji is None:
        return None
    return emoji.shown if bare == typed else _NEEDLESS.sub("", text)


def key_of_code(code: str) -> str | None:
    """Return the key of the emoji that `code` (such as "tada") means, or None."""
    emoji = _codes().get(code)
    return emoji.key if emoji else None


def emoji_of_slack(code: str) -> Emoji | None:
    """Return the Emoji that `code` (such as "tada") means at Slack, or None."""
    return _codes_of_slack().get(code) or _codes().get(code)


@cache
def all_emoji() -> dict[str, Emoji]:
    """Return {key: Emoji} for all, in the order of emoji keyboards."""
    with _FILE.open(encoding="utf-8") as lines:
        every = [_read(line.rstrip("\n")) for line in lines]
    return {emoji.key: emoji for emoji in every}


def _read(line: str) -> Emoji:
    shown, codes, slack_codes, *names = line.split("\t")
    return Emoji(_STYLES.sub("", shown), shown, codes.split(), slack_codes.split(), names)


@cache
def _codes() -> dict[str, Emoji]:
    return {code: emoji for emoji in all_emoji().values() for code in emoji.codes}


@cache
def _codes_of_slack() -> dict[str, Emoji]:
    return {code: emoji for emoji in all_emoji().values() for code in emoji.slack_codes}
