"""A stamp of everything that a page depends on besides its data: code, templates, files, settings.

Processes of one release have the same, so that it does not matter which of them answers.
"""

import secrets
from collections.abc import Iterator
from functools import cache
from hashlib import blake2b
from pathlib import Path

from django.conf import settings

_FOLDERS = ("site", "rooms", "messaging", "users", "templates")
_READ = {".py", ".html", ".txt", ".mo", ".css", ".js", ".json", ".toml"}
_broken = ""


def stamp() -> str:
    """Return the stamp of this process."""
    return _of_files() + _broken


def renew() -> None:
    """Change the stamp of this process: a template was found to be broken, or to be whole again."""
    global _broken
    _broken = secrets.token_hex(8)


@cache
def _of_files() -> str:
    found = blake2b(digest_size=16)
    for path in _files():
        entry = path.stat()
        found.update(repr((str(path), entry.st_size, entry.st_mtime_ns)).encode())
    for name in dir(settings):
        value = repr(getattr(settings, name)) if name.isupper() else ""
        if " at 0x" not in value:  # an object: it comes from values that have names of their own
            found.update(f"{name}={value}\n".encode())
    return found.hexdigest()


def _files() -> Iterator[Path]:
    """Return the files that pages are made of, in order."""
    folders = [settings.BASE_DIR / name for name in _FOLDERS]
    folders += [Path(settings.TEMPLATES_DIR)] if settings.TEMPLATES_DIR else []
    for folder in folders:
        yield from sorted(path for path in folder.rglob("*") if path.suffix in _READ)
    collected = [settings.STATIC_ROOT / "staticfiles.json", settings.BASE_DIR / "requirements.txt"]
    yield from (path for path in collected if path.exists())
