"""Initials: the first user-perceived character of a name."""

import regex

# An extended grapheme cluster (UAX 29, 3): a letter with its accents, an emoji family, a flag.
_CLUSTER = regex.compile(r"\X")


def initial_of(name):
    """Return the first letter of `name`, in title case unless that makes it longer ("ß" → "Ss")."""
    found = _CLUSTER.match(name)
    letter = found[0] if found else ""
    capital = letter.title()
    return capital if len(capital) == len(letter) else letter
