"""Messages with files, and what a composer says of them."""

import re

from core.sample import Sample, refused
from files.models import Blob

from .models import Attachment
from .snapshots import snapshot_of

RIGHTS = {"is_author": True, "can_moderate": True, "is_other": True, "can_pin": True}
LONG_NAME = "Quarterly" * 13 + ".pdf"
HOSTILE = "\" onerror=alert(1) x='& {{ name }} < .jpg"


def samples(cast):
    yield from messages(cast)
    yield from composers(cast)


def messages(cast):
    photo = picture("terrace.jpg", 720, 540, "Two chairs on a terrace, in the morning sun")
    walk = [photo, picture("IMG_2044.jpg", 405, 540), picture("the bay.png", 720, 405)]
    cat = picture("cat.gif", 480, 360, "A cat falls off a shelf", is_animated=True)
    contract = file("Rental contract 2026.pdf", 482_113)
    film = file("walk.mp4", 18_400_000, Blob.Kind.VIDEO)
    call = file("call.mp3", 2_300_000, Blob.Kind.AUDIO)
    states = {
        "a picture": [photo],
        "three pictures": walk,
        "ten pictures": (walk * 4)[:10],
        "a wide picture": [picture("panorama.jpg", 720, 18)],
        "a tall picture": [picture("list.png", 13, 540)],
        "tiny pictures": [picture("dot.png", 1, 1), picture("16.png", 16, 16), walk[1]],
        "an animated picture": [cat],
        "a film": [film],
        "sound": [call],
        "documents": [contract, file("notes.txt", 1_204, Blob.Kind.TEXT), file("LICENSE", 1)],
        "everything": [*walk, contract, film, call, cat],
        "a long name": [file(LONG_NAME, 52_000_000)],
        "right to left": [file("عقد الإيجار.pdf", 90_000), picture("a.png", 300, 200, cast.ARABIC)],
        "a hostile name": [file(HOSTILE, 9), picture(HOSTILE, 300, 200, HOSTILE)],
    }
    for state, files in states.items():
        yield sample_of(state, cast.message("Look:", extras=extras(files)), cast)
    silent = cast.message("", extras=extras([photo]), continues=True)
    yield sample_of("a picture alone", silent, cast)
    answer = cast.reply_to(cast.own, "It is this one.", cast.layla)
    answer.extras |= extras([contract]) | {"reactions": [["👍", 2, [1, 2]]]}
    yield sample_of("in a reply, with reactions", answer, cast)
    part = {"message": cast.message("", extras=extras([*walk, cat, contract]))}
    yield Sample("messaging/attachments/_files.html", "as it is pushed", part, "code")


def sample_of(state, message, cast):
    context = {"message": message, **RIGHTS}
    template, stage = "messaging/_message.html", "conversation"
    return Sample(template, f"files: {state}", context, stage, cast.ana, after=drawn)


def composers(cast):
    waiting = [file("terrace.jpg", 482_113), file(LONG_NAME, 9), file("عقد الإيجار.pdf", 90_000)]
    too_large = "film.mp4 is too large: a file can have 50 MB."
    full = cast.composer("Here they are.")
    full.attachments = waiting
    one = refused(cast.composer("Here they are."), files=too_large)
    one.attachments = waiting[:1]
    here = {"room": cast.lobby, "membership": cast.member, "viewer": cast.bruno}
    for state, form in (("files: uploaded before", full), ("files: one is refused", one)):
        context = here | {"composer": form}
        yield Sample("messaging/message/_composer.html", state, context, "plain", cast.bruno)
    for state, form in (("no files", cast.composer()), ("one is refused", one)):
        context = {"composer": form}
        yield Sample("messaging/attachments/_fields.html", state, context, "plain", cast.bruno)
        context = {"attachments": form.attachments, "errors": form["files"].errors}
        yield Sample("messaging/attachments/_kept.html", state, context, "plain", cast.bruno)
    pushed = {"form": one}
    yield Sample("messaging/message/message_refused.html", "one file", pushed, "plain")


def file(name, size, kind=Blob.Kind.OTHER, alt="", **pixels):
    """Return an Attachment that is not saved."""
    blob = Blob(key="A" * 22, kind=kind, size=size, **pixels)
    return Attachment(pk=1, blob=blob, name=name, alt=alt)


def picture(name, width, height, alt="", is_animated=False):
    """Return an Attachment whose small picture has this size."""
    small = {"small_width": width, "small_height": height, "small_size": 20_000}
    pixels = small | {"width": width * 4, "height": height * 4, "is_animated": is_animated}
    return file(name, 240_000, Blob.Kind.PICTURE, alt, **pixels)


def extras(files):
    return {"files": snapshot_of(files)}


_PICTURE = re.compile(r'src="/files/[^"]*/small" width="(\d+)" height="(\d+)"')
# A hill under the sun.
_DRAWING = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='{0}' height='{1}'"
    " viewBox='0 0 4 3' preserveAspectRatio='xMidYMid slice'%3E%3Cpath fill='%238db8e3'"
    " d='M0 0h4v3H0z'/%3E%3Ccircle fill='%23fdf3d0' cx='3' cy='.8' r='.4'/%3E%3Cpath"
    " fill='%232c7566' d='M0 3V2l1.3-1 1.2 1.2.5-.4 1 .8V3z'/%3E%3C/svg%3E"
)


def drawn(html):
    """Return `html` with a drawing in place of each picture: there are no files in the gallery."""
    source = f'src="{_DRAWING}" width="{{0}}" height="{{1}}"'
    return _PICTURE.sub(lambda found: source.format(*found.groups()), html)
