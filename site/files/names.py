"""The names of files, as they are stored, shown and sent."""

import re
import unicodedata

from .kinds import extension_of

MAX_NAME = 120  # characters
_MAX_EXTENSION = 16
_UNNAMED = "file"
# Controls, format characters (marks of direction among them), lone surrogates, unassigned and
# private ones, separators of lines.
_UNSEEN = {"Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp"}
_JOINERS = "\u200c\u200d"  # inside emoji, and inside words of Persian and Indian scripts
_EXTENSIONS = {
    "image/jpeg": ["jpg", "jpeg", "jpe", "jfif"],
    "image/png": ["png", "apng"],
    "image/gif": ["gif"],
    "image/webp": ["webp"],
}


def clean_name(name: str) -> str:
    """Return the last part of the path `name`, without what is not seen, in at most MAX_NAME.

    The extension is kept. A name of which nothing is left is "file".
    """
    name = re.split(r"[/\\]", unicodedata.normalize("NFC", _seen(name)))[-1]
    name = " ".join(name.split()).rstrip(". ").strip(_JOINERS)
    if not name:
        return _UNNAMED
    stem, dot, extension = name.rpartition(".")
    if len(name) <= MAX_NAME or not stem or len(extension) > _MAX_EXTENSION:
        return name[:MAX_NAME].rstrip(". " + _JOINERS)
    stem = stem[: MAX_NAME - len(dot + extension)].rstrip(". " + _JOINERS)
    return f"{stem}{dot}{extension}"


def _seen(name: str) -> str:
    spaced = re.sub(r"[\s\x00-\x1f]", " ", name)
    return "".join(
        letter
        for letter in spaced
        if letter in _JOINERS or unicodedata.category(letter) not in _UNSEEN
    )


def named_for(name: str, content_type: str) -> str:
    """Return `name` with the extension of a picture that is stored as `content_type`.

    A picture is stored in another format than it was sent in at times. Other names stay.
    """
    fitting = _EXTENSIONS.get(content_type)
    if not fitting or extension_of(name) in fitting:
        return name
    stem = name.rpartition(".")[0] if extension_of(name) in _PICTURES else name
    return clean_name(f"{stem}.{fitting[0]}")


_PICTURES = {name for names in _EXTENSIONS.values() for name in names} | {"avif", "heic", "bmp"}
