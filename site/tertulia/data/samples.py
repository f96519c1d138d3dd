"""The gallery's samples of exports."""

from core.sample import Sample


def samples(cast):
    room = {"room": cast.lobby, "language": "en"}
    yield Sample("operations/_room_exports.html", "ways", room, "plain", cast.ana)
    messages = {"messages": cast.talk}
    yield Sample("operations/exported_messages.html", "talk", messages, "plain")
    yield Sample("operations/exported_messages.html", "a preview", previewed(cast), "plain")
    yield Sample("operations/exported_room_head.html", "begins", room, "code")
    yield Sample("operations/exported_room_tail.html", "ends", {}, "code")


def previewed(cast):
    page = {"url": "https://lisbon.example/28", "title": "Tram 28", "description": "Up and down."}
    return {"messages": [cast.message("https://lisbon.example/28", extras={"preview": page})]}
