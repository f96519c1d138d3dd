"""Read the database of Campfire (https://github.com/basecamp/once-campfire), a SQLite file.

It is storage/db/production.sqlite3 of an installation; with the folder storage/ the files come too.
`database` opens it so that nothing in it can run, `texts` turns HTML into Markdown.
"""

from pathlib import Path

from ..records import Options
from .reader import CampfireReader


def open_reader(path: Path, options: Options) -> CampfireReader:
    """Return the reader of `path`: the file, or a folder that holds it. Raise Broken."""
    return CampfireReader(path, options.is_large)
