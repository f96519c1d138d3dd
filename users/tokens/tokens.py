"""The form of an access token: a prefix that scanners find, 178 random bits, and a checksum.

The checksum, as in GitHub's tokens, lets a mistyped token be refused without a query.
"""

import re
import secrets
import string
import zlib

PREFIX = "tertulia_pat_"
ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
RANDOM_LETTERS, CHECKSUM_LETTERS = 30, 6
# How much of it is kept in the clear, so that its owner recognises it.
START_LETTERS = len(PREFIX) + 6

_FORM = re.compile(rf"{PREFIX}([0-9A-Za-z]{{{RANDOM_LETTERS}}})([0-9A-Za-z]{{{CHECKSUM_LETTERS}}})")


def new_token():
    """Return a new access token: `tertulia_pat_`, 30 random letters and 6 of their checksum."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(RANDOM_LETTERS))
    return f"{PREFIX}{letters}{_checksum(letters)}"


def bearer_of(header):
    """Return the token in a header `Authorization` (RFC 6750, 2.1), "" if there is none."""
    scheme, _space, token = header.strip().partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def looks_valid(text):
    """Return True if `text` has the form of a token and its checksum is right. No query is run."""
    found = _FORM.fullmatch(text)
    return found is not None and _checksum(found[1]) == found[2]


def _checksum(letters):
    """Return the CRC-32 of `letters` in base 62."""
    number, digits = zlib.crc32(letters.encode()), ""
    for _ in range(CHECKSUM_LETTERS):
        number, digit = divmod(number, len(ALPHABET))
        digits = ALPHABET[digit] + digits
    return digits
