"""The suggestions below a field in which a name is typed."""

from core.sample import Sample

from ..commands.wording import EXPLAINED


def samples(cast):
    template = "messaging/completion/_suggestions.html"
    people = [cast.ana, cast.bruno, cast.layla]
    for person, is_member in zip(people, (True, True, False), strict=True):
        person.is_member = is_member
    rooms = [cast.lobby, cast.long_room]
    for state, kind, found in (
        ("people", "people", people),
        ("rooms", "rooms", rooms),
        ("commands", "commands", EXPLAINED),
        ("nobody", "people", []),
    ):
        context = {"found": found, "kind": kind, "room": cast.lobby}
        yield Sample(template, state, context, "plain", cast.ana)
