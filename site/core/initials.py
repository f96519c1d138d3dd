"""The first letter of a name, as its reader sees a letter."""

import regex

# An extended grapheme cluster: a letter with its accents, a family of emoji, a flag (UAX 29, 3).
_CLUSTER = regex.compile(r"\X")


def initial_of(name):
    """Return the first letter of `name`, as a capital unless that would be several letters."""
    found = _CLUSTER.match(name)
    letter = found[0] if found else ""
    capital = letter.title()
    return capital if len(capital) == len(letter) else letter
