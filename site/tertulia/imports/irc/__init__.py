"""Read logs of IRC: of irssi, WeeChat, ZNC, HexChat, XChat, mIRC, Energymech and Eggdrop.

A log is a text file of one channel, or of one day of it. `lines` knows the formats, `logs` says
which files belong to which channel.
"""

from pathlib import Path

from ..archive import Archive
from ..records import Options
from .reader import IrcReader, name_of


def open_reader(path: Path, options: Options) -> IrcReader:
    """Return the reader of `path`: a file, a folder or a zip of logs. Raise Broken."""
    return IrcReader(Archive(path, options.is_large), options.zone, name_of(path))
