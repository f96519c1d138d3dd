"""Where things are in an export of Slack: lists, a folder a channel, a file a day, files."""

import re
from collections import defaultdict
from collections.abc import Iterable

from ..archive import Archive

# The lists of places, and what those in them are unless an entry says more.
LISTS = {"channels": "open", "groups": "closed", "dms": "direct", "mpims": "direct"}
PEOPLE = ("users", "org_users")
_UPLOADS = "__uploads"
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}.*\.json")
_WORKSPACE = re.compile(r"(?P<root>teams/[^/]+/)(?P<rest>.+)")  # of an Enterprise Grid


class Layout:
    """What an archive holds, by the names of its files alone.

    The export of an Enterprise Grid holds one of every workspace, in teams/<name>/. Files are there
    only if a tool added them: in __uploads/<id>/<name>, or <folder>/attachments/<id>-<name>.
    """

    def __init__(self, archive: Archive) -> None:
        self.roots: dict[str, str] = {}  # {folder of lists: name of the workspace}
        self.lists: dict[tuple[str, str], str] = {}  # {(root, name of a list): path}
        self.files: dict[str, str] = {}  # {id of a file: path}
        self._days: dict[str, list[str]] = defaultdict(list)  # {folder: paths}
        for path in archive.names():
            match = _WORKSPACE.fullmatch(path)
            root, rest = (match["root"], match["rest"]) if match else ("", path)
            self._add(root, rest.split("/"), path)

    def _add(self, root: str, parts: list[str], path: str) -> None:
        name = parts[0].removesuffix(".json")
        if len(parts) == 1 and name in (*LISTS, *PEOPLE):
            self.roots[root] = root.removeprefix("teams/").rstrip("/")
            self.lists[root, name] = path
        elif len(parts) == 3 and parts[0] == _UPLOADS:
            self.files.setdefault(parts[1], path)
        elif len(parts) == 3 and parts[1] == "attachments":
            self.files.setdefault(parts[2].partition("-")[0], path)
        elif len(parts) == 2 and _DAY.fullmatch(parts[1]):
            self._days[root + parts[0]].append(path)

    def folders(self) -> frozenset[str]:
        """Return the folders that hold messages."""
        return frozenset(self._days)

    def days(self, folders: Iterable[str]) -> list[str]:
        """Return the files with messages in `folders`, in the order of their days."""
        paths = [path for folder in folders for path in self._days.get(folder, [])]
        return sorted(paths, key=lambda path: (path.rpartition("/")[2], path))
