"""Find emoji by their names and words in the reader's language, then in English, then by codes."""

from difflib import get_close_matches
from functools import cache
from typing import NamedTuple

from core.emoji.table import all_emoji, key_of, key_of_code
from core.text import search_key

QUICK = ("👍", "❤", "😂", "🎉", "👀", "🙏")  # what most people need
MAX_FOUND = 24
MAX_NEAR = 6


class Names(NamedTuple):
    """What an emoji is found by in one language, folded; as few texts, because there are many."""

    whole: str  # "|red heart|heart|": its name, and in English the codes that people type for it
    name: str  # " red heart ", with a space round each word
    length: int  # of the name, in words
    all: str  # "| red heart | emotion | love |": its name, and the other words

    def rank(self, wanted, parts):
        """Return how well the words `wanted`, `parts` of them, fit: a smaller number is better."""
        if f"|{wanted}|" in self.whole:
            return 0
        if all(f" {part} " in self.name for part in parts):
            return self.length  # "red heart" before "heart with arrow"
        if f"| {wanted} |" in self.all:
            return 100 + self.length
        if all(f" {part} " in self.all for part in parts):
            return 200 + self.length
        if all(f" {part}" in self.all for part in parts):
            return 300 + self.length
        return None


def find(text, language):
    """Return the keys of the emoji that `text` means, at most MAX_FOUND, the best first.

    `text` is an emoji, a code (with colons or without), or words of names. If there is none, return
    those whose names are spelt most like it.
    """
    one = key_of(text) or (text.startswith(":") and key_of_code(text.strip(":")))
    found = [one] if one else []
    wanted = _folded(text)
    if not wanted:
        return found
    for names in (_names(language), _names("en"), _names("")):
        found += _ranked(names, wanted)
    return list(dict.fromkeys(found))[:MAX_FOUND] or _near(wanted, language)


def _folded(text):
    return search_key(text.strip(":").replace("_", " ").replace("|", " "))


def _ranked(names, wanted):
    """Return the keys of the emoji whose names fit; those that fit alike as on emoji keyboards."""
    parts = wanted.split()
    ranks = {key: names.rank(wanted, parts) for key, names in names.items()}
    return sorted((key for key, rank in ranks.items() if rank is not None), key=ranks.get)


@cache
def _names(language):
    """Return {key: Names} of all emoji that have names in `language`; their codes for ""."""
    found = {}
    for key, emoji in all_emoji().items():
        said = emoji.words(language) if language else emoji.codes
        if said:
            phrases = [_folded(phrase) for phrase in said]
            codes = [_folded(code) for code in emoji.codes] if language == "en" else []
            words = phrases[0].replace("-", " ").replace(":", "").split()
            whole, every = "|".join([phrases[0], *codes]), " | ".join(phrases)
            found[key] = Names(f"|{whole}|", f" {' '.join(words)} ", len(words), f"| {every} |")
    return found


def _near(wanted, language):
    """Return the keys of the emoji with a name or word that is spelt most like `wanted`."""
    owners = {}
    for every in (_names(language), _names("en"), _names("")):
        for key, names in every.items():
            for word in {*names.all.strip("| ").split(" | "), *names.name.split()}:
                owners.setdefault(word, []).append(key)
    near = get_close_matches(wanted, owners, n=MAX_NEAR)
    return list(dict.fromkeys(key for word in near for key in owners[word]))[:MAX_NEAR]
