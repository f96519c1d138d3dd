"""Read the exports of Slack (https://slack.com/help/articles/220556107).

They come from Slack itself, from tools that write the same with the files (slackdump), or from
Slack's Enterprise Grid. `layout` knows where things are, `people` and `places` read the lists,
`messages` one message, and `days` and `threads` bring those of a channel in order.
"""

from pathlib import Path

from ..archive import Archive
from ..records import Options
from .reader import SlackReader


def open_reader(path: Path, options: Options) -> SlackReader:
    """Return the reader of the export at `path`, a zip or a folder. Raise Broken."""
    return SlackReader(Archive(path, options.is_large))
