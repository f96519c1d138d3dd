"""Messages with the preview of a link."""

import re

from core.sample import Sample

RIGHTS = {"is_author": True, "can_moderate": True, "is_other": True, "can_pin": True}
URL = "https://lisbon.example/trams/28"
PAGE = {
    "url": URL,
    "title": "Tram 28: the whole line, stop by stop",
    "description": "From Martim Moniz to Campo de Ourique in forty minutes, or in two hours when"
    " somebody has parked on the rails.",
    "site": "Lisbon on Rails",
}
LONG = ("Everything that there is to say of trams, and more than that. " * 5)[:200]
HOSTILE = "\" onerror=pwned() x='& {{ settings.SECRET_KEY }} < \u202e and more"


def samples(cast):
    for state, preview in states(cast).items():
        message = cast.message(f"Look: {preview['url']}", extras={"preview": preview})
        yield sample_of(state, message, cast)
    yield from in_company(cast)
    shown = cast.message(f"Look: {URL}", cast.ana, extras={"preview": PAGE | picture(600, 315)})
    part = {"message": shown}
    yield Sample("messaging/previews/_preview.html", "as it is pushed", part, "code")
    link = {"address": shown.get_absolute_url(), "it": "message by Ana"}
    yield Sample("messaging/previews/_item.html", "link", link, "plain", cast.ana)
    asking = {"stage": "conversation", "reader": cast.ana, "after": drawn}
    yield Sample("messaging/previews/_remove.html", "asking", part, **asking)
    page = {"message": shown, "room": cast.lobby}
    yield Sample("messaging/previews/remove.html", "a page", page, reader=cast.ana, after=drawn)


def states(cast):
    """Return {state: what a message stores of its preview}."""
    return {
        "a picture": PAGE | picture(600, 315),
        "a square picture": PAGE | picture(315, 315),
        "a tall picture": PAGE | picture(60, 315),
        "a banner": PAGE | picture(600, 20),
        "a tiny picture": PAGE | picture(1, 1),
        "no picture": PAGE,
        "a title alone": {"url": URL, "title": "Tram 28", "description": "", "site": ""},
        "no description": PAGE | {"description": ""} | picture(600, 315),
        "a description alone": PAGE | {"title": "", "site": ""},
        "as long as can be": PAGE
        | {"title": LONG, "description": LONG + LONG[:100], "site": LONG[:60]}
        | picture(600, 315),
        "long words": PAGE
        | {"title": cast.LONG_WORD[:200], "description": cast.LONG_WORD[:300], "site": "S" * 60}
        | picture(315, 315),
        "a long host": PAGE
        | {"url": f"https://accounts.trusted.example.{'long-' * 12}.sub.evil.example/"},
        "the name of another site": PAGE | {"site": "accounts.trusted.example"},
        "right to left": PAGE
        | {"title": cast.ARABIC, "description": cast.ARABIC, "site": "لشبونة"}
        | picture(600, 315),
        "hostile words": PAGE | dict.fromkeys(("title", "description", "site"), HOSTILE),
    }


def in_company(cast):
    """Yield messages that have other things too."""
    extras = {"preview": PAGE | picture(600, 315)}
    answer = cast.reply_to(cast.own, f"Like this: {URL}", cast.layla)
    answer.extras |= extras | {"reactions": [["👍", 2, [1, 2]]]}
    yield sample_of("in a reply, with reactions", answer, cast)
    later = cast.message(f"And {URL}", cast.ana, extras=extras, continues=True)
    yield sample_of("going on", later, cast)


def sample_of(state, message, cast):
    context = {"message": message, **RIGHTS}
    template, stage = "messaging/_message.html", "conversation"
    return Sample(template, f"preview: {state}", context, stage, cast.ana, after=drawn)


def picture(width, height):
    return {"picture": {"key": "A" * 22, "width": width, "height": height}}


_PICTURE = re.compile(r'src="/messages/\d+/preview/[^"]*" width="(\d+)" height="(\d+)"')
# A tram on a hill.
_DRAWING = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='{0}' height='{1}'"
    " viewBox='0 0 40 21' preserveAspectRatio='xMidYMid slice'%3E%3Cpath fill='%23f2c94c'"
    " d='M0 0h40v21H0z'/%3E%3Cpath fill='%23a3541c' d='M0 21l40-8v8z'/%3E%3Crect fill='%23fff'"
    " x='14' y='6' width='13' height='9' rx='2'/%3E%3Crect fill='%23345' x='16' y='8' width='9'"
    " height='3'/%3E%3C/svg%3E"
)


def drawn(html):
    """Return `html` with a drawing in place of each picture: there are no files in the gallery."""
    source = f'src="{_DRAWING}" width="{{0}}" height="{{1}}"'
    return _PICTURE.sub(lambda found: source.format(*found.groups()), html)
