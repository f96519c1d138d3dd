"""Find web and mail addresses in text, and return their targets.

Web addresses begin with http://, https:// or www. Everything else with a dot in it is a word:
README.md, main.rs. Every pattern reads each character a bounded number of times, so the running
time is linear in the length of the text.
"""

import ipaddress
import re
import unicodedata
from urllib.parse import quote

import idna

# Scripts written without spaces: words of other scripts can begin or end next to them.
UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u2e80-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff00-\uffef\U0001b000-\U0001b16f"
    "\U00020000-\U0003ffff"
)
WORD_BEGINS = rf"(?<![^\W_{UNSPACED}])"

# Characters that no address contains: spaces, direction marks, quotation marks and angle brackets
# of all scripts, full-width and ideographic punctuation, commas and full stops of other scripts.
_IN_ADDRESS = (
    r"[^\s\x00-\x1f\x7f<>\"`\\«»‘’“”„‟‹›…\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff"
    r"\u3000-\u3003\u3008-\u3020\u3030\uff01\uff02\uff07-\uff09\uff0c\uff0e\uff1a\uff1b\uff1f"
    r"\uff3b\uff3d\uff5b\uff5d-\uff65"
    r"\u0589\u060c\u061b\u061f\u0964\u0965\u06d4\u104a\u104b\u1362\u17d4\ufe50-\ufe5e]"
)
_MAIL_NAME = rf"[^\W_{UNSPACED}](?:[^\W{UNSPACED}]|[.+%\-]){{0,63}}+"
_MAIL_LABEL = rf"[^\W_{UNSPACED}](?:[^\W_{UNSPACED}]|-){{0,62}}+\."
_MAIL_END = rf"(?:xn--[A-Za-z0-9\-]{{2,59}}+|[^\W\d_{UNSPACED}]{{2,24}}+)"
# For `re.VERBOSE`, with a group for each kind. "web" and "www" match only the beginning of an
# address; "scheme" matches text that is not a link.
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
# An address without a path, whose last label is ASCII and followed by another script.
_HOST_IN_TEXT = re.compile(rf"(?:\w+://)?(?>[^/?#\s]*\.)[A-Za-z]{{2,24}}(?=[{UNSPACED}][^/?#.]*\Z)")
_BRACKET = re.compile(r"[(){}\[\]]")
_MAY_END_ADDRESS = set("/#%&-+=@$)]}")
_HOST = re.compile(r"[^\W_][\w.\-]*")
_WEB = re.compile(r"(?i:https?)://([A-Za-z0-9.\-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?(?:[/?#].*)?")
_NUMERIC = re.compile(r"(?:\A|\.)(?:\d+|0[xX][0-9a-fA-F]*)\Z")
_LONGEST_HOST, _LAST_PORT = 253, 65_535


def end_of_run(line, start):
    """Return the end of the characters from `start` on that are valid in an address."""
    return _RUN.match(line, start).end()


def end_of_address(line, start, end):
    """Return the end of the address at `start`, without the punctuation of the sentence around it.

    The address also ends before a closing bracket without an opening one. `end` is the end of the
    characters that are valid in an address.
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
    """Return the end of a host that is directly followed by a script without spaces, or None."""
    found = _HOST_IN_TEXT.match(line, start, end)
    return found.end() if found else None


def _ends_sentence(letter):
    is_punctuation = unicodedata.category(letter).startswith("P") or letter in "~|^"
    return is_punctuation and letter not in _MAY_END_ADDRESS


def address_of(kind, typed):
    """Return the target of the address `typed`, as ASCII (RFC 3987, 3.1); "" if it is not valid.

    `kind` is the group of PATTERNS that matched: "web", "www" or "mail".
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


def host_of(address):
    """Return the host that a browser would open for `address`, with its port, for people to read.

    Return "" for what is no web address, or one that browsers might read in another way: one with
    user information, a backslash or letters that are not ASCII before its path.
    """
    match = _WEB.fullmatch(address)
    host, port = match.groups("") if match else ("", "")
    return host.lower().removeprefix("www.") + port


def _is_host(host):
    """Return False if browsers would reject `host` (WHATWG URL, 3.5)."""
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
    """Return `host` in ASCII (UTS 46), or unchanged if it is not a valid name."""
    if host.isascii() or len(host) > _LONGEST_HOST:
        return _quoted(host)
    try:
        return idna.encode(host, uts46=True).decode("ascii")
    except idna.IDNAError:
        return _quoted(host)
