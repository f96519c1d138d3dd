"""Addresses in running text: where they begin, where they end, and where they lead.

An address is what begins with http://, https:// or www., and a mail address. Everything else that
has a dot in it is a word: README.md, main.rs. Every pattern reads a letter a bounded number of
times, so the time that a text takes grows with its length only.
"""

import ipaddress
import re
import unicodedata
from urllib.parse import quote

import idna

# Scripts that are written without spaces: a word of another one may begin or end beside them.
UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u2e80-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff00-\uffef\U0001b000-\U0001b16f"
    "\U00020000-\U0003ffff"
)
WORD_BEGINS = rf"(?<![^\W_{UNSPACED}])"

# What no address holds: spaces, marks that change the direction, quotation marks and angle
# brackets of all scripts, full-width and ideographic punctuation, the commas and full stops of
# others.
_IN_ADDRESS = (
    r"[^\s\x00-\x1f\x7f<>\"`\\«»‘’“”„‟‹›…\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff"
    r"\u3000-\u3003\u3008-\u3020\u3030\uff01\uff02\uff07-\uff09\uff0c\uff0e\uff1a\uff1b\uff1f"
    r"\uff3b\uff3d\uff5b\uff5d-\uff65"
    r"\u0589\u060c\u061b\u061f\u0964\u0965\u06d4\u104a\u104b\u1362\u17d4\ufe50-\ufe5e]"
)
_MAIL_NAME = rf"[^\W_{UNSPACED}](?:[^\W{UNSPACED}]|[.+%\-]){{0,63}}+"
_MAIL_LABEL = rf"[^\W_{UNSPACED}](?:[^\W_{UNSPACED}]|-){{0,62}}+\."
_MAIL_END = rf"(?:xn--[A-Za-z0-9\-]{{2,59}}+|[^\W\d_{UNSPACED}]{{2,24}}+)"
# For `re.VERBOSE`, with a group for each kind. "web" and "www" are only the beginning of one;
# "scheme" is text that is to be left alone.
PATTERNS = rf"""
    {WORD_BEGINS}(?P<web>(?i:https?)://(?=[^\W_]|\[))
  | {WORD_BEGINS}(?P<scheme>[A-Za-z][A-Za-z0-9+.\-]{{1,30}}+://\S*+)
  | {WORD_BEGINS}(?<![/@.])(?P<www>(?i:www)\.(?=[^\W_][\w\-]*+\.[^\W_]))
  | {WORD_BEGINS}(?<![/@＠.+%\-])
    (?P<mail>{_MAIL_NAME}@(?:{_MAIL_LABEL})+{_MAIL_END})(?![^\W_{UNSPACED}]|@)
"""

# User information, host, port; then path, query and fragment (RFC 3986, 3).
_PARTS = re.compile(r"([^/?#@]*+@|)(\[[^\]]*+\]|[^/?#@:\[\]]*+)((?::\d{0,5}+)?+)(.*)", re.DOTALL)
_BRACKETS = {")": "(", "]": "[", "}": "{"}
_RUN = re.compile(_IN_ADDRESS + "*+")
# An address without a path, whose last label is of ASCII and would go on in another script.
_HOST_IN_TEXT = re.compile(rf"(?:\w+://)?(?>[^/?#\s]*\.)[A-Za-z]{{2,24}}(?=[{UNSPACED}][^/?#.]*\Z)")
_BRACKET = re.compile(r"[(){}\[\]]")
_MAY_END_ADDRESS = set("/#%&-+=@$)]}")
_HOST = re.compile(r"[^\W_][\w.\-]*")
_NUMERIC = re.compile(r"(?:\A|\.)(?:\d+|0[xX][0-9a-fA-F]*)\Z")
_LONGEST_HOST, _LAST_PORT = 253, 65_535


def end_of_run(line, start):
    """Return where the letters end from `start` on that an address may hold."""
    return _RUN.match(line, start).end()


def end_of_address(line, start, end):
    """Return where the address from `start` on ends, without what belongs to the sentence around.

    That is punctuation, and all from a closing bracket on whose opening one is not in the address.
    `end` is where its letters end.
    """
    is_open = dict.fromkeys(_BRACKETS.values(), 0)
    for found in _BRACKET.finditer(line, start, end):
        bracket = found[0]
        if bracket in is_open:
            is_open[bracket] += 1
        elif is_open[_BRACKETS[bracket]]:
            is_open[_BRACKETS[bracket]] -= 1
        else:
            end = found.start()
            break
    end = _end_of_host(line, start, end) or end
    while end > start and _ends_sentence(line[end - 1]):
        end -= 1
    return end


def _end_of_host(line, start, end):
    """Return where the text goes on in a script without spaces, right behind a host; or None."""
    found = _HOST_IN_TEXT.match(line, start, end)
    return found.end() if found else None


def _ends_sentence(letter):
    is_punctuation = unicodedata.category(letter).startswith("P") or letter in "~|^"
    return is_punctuation and letter not in _MAY_END_ADDRESS


def address_of(kind, typed):
    """Return where a link leads that was `typed`, as ASCII (RFC 3987, 3.1); "" for nowhere.

    `kind` is the group of PATTERNS that it matched: "web", "www" or "mail".
    """
    if kind == "mail":
        name, _, host = typed.rpartition("@")
        return f"mailto:{quote(name, safe='+%')}@{_ascii_host(host)}"
    scheme, rest = typed.split("://", 1) if kind == "web" else ("http", typed)
    before, host, port, behind = _PARTS.fullmatch(rest).groups()
    if behind and behind[0] not in "/?#":
        return ""
    if not _is_host(host) or int(port[1:] or 0) > _LAST_PORT:
        return ""
    return f"{scheme.lower()}://{_quoted(before)}{_ascii_host(host)}{port}{_quoted(behind)}"


def _is_host(host):
    """Return False if no browser would take `host` for one (WHATWG URL, 3.5)."""
    try:
        if host.startswith("["):
            ipaddress.IPv6Address(host[1:-1])
        elif _NUMERIC.search(host):
            ipaddress.IPv4Address(host)
    except ValueError:
        return False
    return host.startswith("[") or _HOST.fullmatch(host) is not None


def _quoted(part):
    return quote(part, safe="/#%[]=:;$&()+,!?*@'~")


def _ascii_host(host):
    """Return `host` as it is looked up (UTS 46); as it was typed if it is no valid name."""
    if host.isascii() or len(host) > _LONGEST_HOST:
        return _quoted(host)
    try:
        return idna.encode(host, uts46=True).decode("ascii")
    except idna.IDNAError:
        return _quoted(host)
