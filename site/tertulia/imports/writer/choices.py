"""What of an archive comes: the choices of whoever imports it."""

from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from core.text import fold

from .. import reasons
from ..records import Place, Reader, uncounted

UNKNOWN_ROOM = "There is no room {name!r} in the archive."


class Choices(NamedTuple):
    """`rooms` are names or keys of places, all if it is empty."""

    rooms: tuple[str, ...] = ()
    direct: bool = False
    files: bool = False

    def as_json(self) -> dict[str, Any]:
        return {"rooms": list(self.rooms), "direct": self.direct, "files": self.files}


def chosen(reader: Reader, choices: Choices, skipped: Counter[str]) -> Iterator[Place]:
    """Yield the places that come; count the others in `skipped`."""
    seen = set()
    for place in reader.places():
        if place.key in seen:
            skipped[reasons.ROOM_TWICE] += 1
        elif choices.rooms and not _is_named(place, choices.rooms):
            skipped[reasons.NOT_CHOSEN] += 1
        elif place.kind == "direct" and not choices.direct:
            skipped[reasons.DIRECT] += 1
        else:
            yield place
        seen.add(place.key)


def unknown_rooms(reader: Reader, choices: Choices) -> list[str]:
    """Return a sentence for each chosen room that the archive does not have."""
    with uncounted(reader):
        places = list(reader.places()) if choices.rooms else []
    return [
        UNKNOWN_ROOM.format(name=name)
        for name in choices.rooms
        if not any(_is_named(place, (name,)) for place in places)
    ]


def _is_named(place: Place, names: tuple[str, ...]) -> bool:
    wanted = {fold(name.removeprefix("#")) for name in names}
    return place.key in names or fold(place.name.removeprefix("#")) in wanted
