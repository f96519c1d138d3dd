"""The character encoding of a page. Only the child process imports this."""

import codecs
import re

_BOMS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
_SEARCHED = 4096  # bytes, in which a page names its encoding
_NAMED = re.compile(
    rb"(?:<meta\b[^>]*?charset|<\?xml\b[^>]*?encoding)\s*=\s*[\"']?\s*([a-z0-9_.:-]{1,40})",
    re.IGNORECASE,
)
# What browsers take names for (the Encoding standard); they read what is declared as ASCII or
# Latin-1 as Windows' version of it, and so on.
_READ_AS = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "utf-16": "utf-16-le",
}
_ALIASES = {"x-sjis": "shift_jis", "x-gbk": "gbk", "windows-874": "cp874", "x-euc-jp": "euc_jp"}
_ALIASES |= {"x-cp1252": "cp1252", "iso-8859-8-i": "iso8859-8", "windows-949": "cp949"}
# Python knows others, such as "zip" and "unicode_escape", which are no encodings of pages.
_KNOWN = {"utf-8", "utf-16-le", "utf-16-be", "gb18030", "big5hkscs", "cp932", "cp949", "cp874"}
_KNOWN |= {"euc_jp", "iso2022_jp", "koi8-r", "koi8-u", "cp866", "mac-roman"}
_KNOWN |= {f"cp{number}" for number in range(1250, 1259)}
_KNOWN |= {f"iso8859-{number}" for number in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)}


def decoded(html: bytes, charset: str) -> str:
    """Return the text of `html`. `charset` is the header's; a byte order mark counts more, as in
    browsers, and what the page itself says counts less."""
    for mark, name in _BOMS.items():
        if html.startswith(mark):
            return _text(html[len(mark) :], name)
    named = _NAMED.search(html[:_SEARCHED])
    own = _codec(named[1].decode().lower()) if named else None
    if own and own.startswith("utf-16"):  # the page could not be read so far, if it were
        own = "utf-8"
    return _text(html, _codec(charset) or own or _guess(html))


def _guess(html: bytes) -> str:
    try:
        html.decode()
    except UnicodeDecodeError as error:
        is_cut = error.start > len(html) - 4 and error.reason == "unexpected end of data"
        return "utf-8" if is_cut else "cp1252"
    return "utf-8"


def _text(html: bytes, codec: str) -> str:
    return html.decode(codec, "replace").replace("\0", "")


def _codec(charset: str) -> str | None:
    """Return Python's name of the encoding; None if it is none for pages."""
    try:
        name = codecs.lookup(_ALIASES.get(charset, charset)).name
    except (LookupError, ValueError):
        return None
    name = _READ_AS.get(name, name)
    return name if name in _KNOWN else None
