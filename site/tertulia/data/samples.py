"""The gallery's samples of exports."""

from core.sample import Sample


def samples(cast):
    room = {"room": cast.lobby, "language": "en"}
    yield Sample("operations/_room_exports.html", "ways", room, "plain", cast.ana)
    messages = {"messages": cast.talk}
    yield Sample("operations/exported_messages.html", "talk", messages, "plain")
    yield Sample("operations/exported_room_head.html", "begins", room, "code")
    yield Sample("operations/exported_room_tail.html", "ends", {}, "code")
