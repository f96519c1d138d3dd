"""The sources that can be imported, and the module that reads each."""

from importlib import import_module
from pathlib import Path

from .records import Options, Reader

READERS = {
    "slack": "tertulia.imports.slack",
    "mattermost": "tertulia.imports.mattermost",
    "discord": "tertulia.imports.discord",
    "campfire": "tertulia.imports.campfire",
    "irc": "tertulia.imports.irc",
    "tertulia": "tertulia.imports.tertulia",
}


def open_reader(source: str, path: Path, options: Options) -> Reader:
    """Return the Reader of `path`, an archive from `source`. Raise Broken."""
    return import_module(READERS[source]).open_reader(path, options)
