"""What the feed tells streams of programs: up to which revision the room has changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class RevisionEncoder:
    """For programs (see `messaging.live.encoders`): the newest revision. They show nothing else."""

    language: str = ""

    def shows(self, element: str) -> bool:
        return False

    def changes(self, changes: Sequence[Mapping[str, Any]]) -> int:
        return max(change["revision"] for change in changes)

    def fragment(self, element: str, html: str) -> int:
        raise NotImplementedError(element)
