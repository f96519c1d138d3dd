"""The page of what is new, and the page to mark messages as unread."""

from core.sample import Sample, page_of

from .queries import News


def samples(cast):
    room = cast.membership(cast.ana, cast.lobby, unread=80)
    direct = cast.membership(cast.ana, cast.direct, unread=1)
    room.calls, direct.calls = 2, 1
    some = News(room, [cast.others_message, cast.long_message])
    alone = News(direct, [cast.emoji])
    for state, news in (("a room", some), ("a direct room", alone)):
        context = {"news": news, "viewer": cast.ana}
        yield Sample("messaging/unread/_news.html", state, context, "conversation", cast.ana)
    for state, rows in (("some", [some, alone]), ("none", [])):
        context = {"rooms": page_of(rows), "positions": "1:80 6:1", "viewer": cast.ana}
        yield Sample("messaging/unread/unread.html", state, context, reader=cast.ana)
    asked = {"message": cast.others_message, "room": cast.lobby}
    yield Sample("messaging/unread/mark_unread.html", "asking", asked, reader=cast.ana)
    since = {"since": 12}
    yield Sample("messaging/live/_since.html", "in the page", since, "code")
