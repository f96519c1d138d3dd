"""Read the bulk exports of Mattermost (https://docs.mattermost.com/manage/bulk-export-tool).

They are one file of JSON lines, in a zip with data/ for the files. The same comes from mmetl, by
which RocketChat's history and Slack's can be brought. The posts of a channel are in no order, and
replies are in the line of their root: `spool` keeps them on disk and sorts them. `lists` reads the
lines about people and channels, `posts` and `texts` what was said.
"""

from pathlib import Path

from ..archive import Archive
from ..records import Options
from .reader import MattermostReader


def open_reader(path: Path, options: Options) -> MattermostReader:
    """Return the reader of the export at `path`: a zip, a folder or a .jsonl file. Raise Broken."""
    return MattermostReader(Archive(path, options.is_large))
