"""Read channels of Discord that DiscordChatExporter wrote as JSON.

https://github.com/Tyrrrz/DiscordChatExporter. One file holds a channel, or a part of one. `stream`
reads a file message by message, `channels` says which files belong together, `order` brings their
messages into order, `messages` and `texts` read one message.
"""

from pathlib import Path

from ..archive import Archive
from ..records import Options
from .reader import DiscordReader


def open_reader(path: Path, options: Options) -> DiscordReader:
    """Return the reader of `path`: a file, a zip or a folder of them. Raise Broken."""
    return DiscordReader(Archive(path, options.is_large), options.zone)
