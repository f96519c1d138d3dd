"""Nothing of where and by whom a file was made is stored. Case 13."""

import io
import struct

import pytest
from PIL import Image

from files import kinds, metadata
from files.actions import keep
from files.metadata import boxes
from files.metadata.edits import Reader
from files.stores import store_named

from . import makers
from .makers import SECRET

PICTURES = {
    "jpeg": makers.jpeg(),
    "png": makers.png(),
    "webp": makers.webp(),
    "avif": makers.avif(),
    "gif": makers.gif(),
    "animated gif": makers.gif(3),
    "animated webp": makers.animated("WEBP"),
    "animated png": makers.animated("PNG"),
}
FILMS_AND_SOUND = {
    "mp4": makers.mp4(),
    "mov": makers.mp4(b"qt  "),
    "m4a": makers.mp4(b"M4A "),
    "fragmented": makers.fragmented(),
    "track of places": makers.with_track_of_places(),
    "mp3": makers.mp3(),
    "flac": makers.flac(),
    "wav": makers.wav(),
    "opus": makers.ogg("opus"),
    "vorbis": makers.ogg("vorbis"),
    "webm": makers.webm(),
    "live webm": makers.webm(is_live=True),
}
ALL = PICTURES | FILMS_AND_SOUND


def stored(blob, name=None):
    """The bytes that are stored of a file."""
    size = blob.small_size if name else blob.size
    return b"".join(store_named(blob.stored_in).read(name or blob.pk, 0, size))


@pytest.mark.parametrize("kind", ALL)
def test_no_place_is_stored(db, kind):
    assert SECRET in ALL[kind]
    blob = keep(io.BytesIO(ALL[kind]), "file")
    assert blob.kind != "other"
    assert SECRET not in stored(blob)
    assert b"Exif" not in stored(blob)


@pytest.mark.parametrize("kind", PICTURES)
def test_no_place_is_stored_in_the_small_picture(db, kind):
    blob = keep(io.BytesIO(PICTURES[kind]))
    small = stored(blob, blob.small_name)
    assert SECRET not in small and b"Exif" not in small
    info = Image.open(io.BytesIO(small)).info
    assert {"icc_profile", "exif", "xmp", "comment"}.isdisjoint(info)


@pytest.mark.parametrize("kind", ALL)
def test_an_unchanged_file_keeps_all_and_is_a_download(db, kind):
    blob = keep(io.BytesIO(ALL[kind]), "file", as_it_is=True)
    assert (blob.kind, blob.content_type) == ("other", "application/octet-stream")
    assert stored(blob) == ALL[kind]
    assert not blob.small_size


@pytest.mark.parametrize("kind", ["jpeg", "png", "webp"])
def test_a_picture_that_cannot_be_drawn_tells_no_place_either(db, kind, monkeypatch):
    monkeypatch.setattr("files.pictures.draw", lambda *arguments: None)
    blob = keep(io.BytesIO(PICTURES[kind]), "photo")
    assert (blob.kind, blob.small_size) == ("other", 0)
    assert SECRET not in stored(blob)
    shown = Image.open(io.BytesIO(stored(blob)))
    assert shown.size == (60, 40) and not shown.getexif()
    shown.load()


def test_a_picture_of_a_phone_that_we_do_not_draw_tells_no_place(db):
    heic = makers.avif().replace(b"avif", b"heic")
    assert SECRET in heic
    blob = keep(io.BytesIO(heic), "IMG_1.HEIC")
    assert (blob.kind, blob.content_type) == ("other", "application/octet-stream")
    assert SECRET not in stored(blob)
    Image.open(io.BytesIO(stored(blob).replace(b"heic", b"avif"))).load()


@pytest.mark.parametrize("kind", ["mp4", "mov", "m4a", "fragmented", "track of places"])
def test_nothing_moves_in_a_film(db, kind):
    film = FILMS_AND_SOUND[kind]
    after = stored(keep(io.BytesIO(film)))
    assert len(after) == len(film)
    for part in (makers.MDAT, b"mvhd", b"sound", b"picture", b"vide"):
        assert after.find(part) == film.find(part)


def test_boxes_can_still_be_walked(db):
    after = stored(keep(io.BytesIO(makers.mp4())))
    reader = Reader(io.BytesIO(after))
    top = list(boxes.boxes_of(reader, 0, len(after), is_top=True))
    assert [box.kind for box in top] == [b"ftyp", b"mdat", b"moov", *[b"free"] * 4]
    inside = boxes.boxes_of(reader, top[2].body, top[2].end)
    assert [box.kind for box in inside] == [b"mvhd", b"trak", b"free", b"free"]


def test_what_is_behind_the_last_box_is_cut(db):
    after = stored(keep(io.BytesIO(makers.mp4() + b"\xff" * 40 + SECRET)))
    assert len(after) == len(makers.mp4())


@pytest.mark.parametrize(
    "broken",
    [
        makers.ftyp() + struct.pack(">I4s", 7, b"moov") + bytes(90),
        makers.ftyp() + struct.pack(">I4sQ", 1, b"moov", 2**63),
        makers.ftyp() + makers.box(b"moov", struct.pack(">I4s", 999, b"trak")),
        makers.ftyp() + makers.box(b"mdat", SECRET),
        makers.ftyp() + b"\0\0\0",
        makers.mp4()[:200],
        makers.flac()[:60],
        makers.ogg("opus")[:-3],
        b"OggS\0\2" + bytes(20) + b"\xff" + bytes(9),
        b"\x1aE\xdf\xa3\x87\x42\x82\x84webm\0\0\0",
        b"ID3\4\0\0\0\0\0\x12" + SECRET,
    ],
)
def test_a_damaged_film_is_a_download(db, broken):
    blob = keep(io.BytesIO(broken), "file.mp4")
    assert (blob.kind, blob.content_type) == ("other", "application/octet-stream")
    assert stored(blob) == broken


@pytest.mark.parametrize("kind", ["opus", "vorbis"])
def test_the_pages_of_ogg_sound_stay_valid(db, kind):
    after, at, packets = stored(keep(io.BytesIO(FILMS_AND_SOUND[kind]))), 0, b""
    assert len(after) == len(FILMS_AND_SOUND[kind])
    while at < len(after):
        laces = after[at + 27 : at + 27 + after[at + 26]]
        end = at + 27 + len(laces) + sum(laces)
        page = after[at:end]
        assert makers.ogg_checksum(page) == int.from_bytes(page[22:26], "little")
        packets += page[27 + len(laces) :]
        at = end
    assert packets.endswith(b"soundsound")


def test_an_animation_plays_as_before(db):
    for data in (makers.gif(3), makers.animated("WEBP"), makers.animated("PNG")):
        blob = keep(io.BytesIO(data))
        before, after = Image.open(io.BytesIO(data)), Image.open(io.BytesIO(stored(blob)))
        assert blob.is_animated
        assert after.n_frames == before.n_frames > 1
        assert after.info.get("loop") == before.info.get("loop")
        for number in range(before.n_frames):
            before.seek(number), after.seek(number)
            assert after.convert("RGB").tobytes() == before.convert("RGB").tobytes()
        assert "comment" not in after.info and "xmp" not in after.info and not after.getexif()


def test_sound_stays_what_it_was(db):
    assert stored(keep(io.BytesIO(makers.mp3()))).count(b"\xff\xfb\x90\x00") == 4
    assert b"sound" in stored(keep(io.BytesIO(makers.wav())))
    flac = stored(keep(io.BytesIO(makers.flac())))
    assert flac == b"fLaC\x80\0\0\x22" + bytes(34) + b"\xff\xf8 sound"
    riff = stored(keep(io.BytesIO(makers.wav())))
    assert int.from_bytes(riff[4:8], "little") == len(riff) - 8


def test_every_format_that_is_shown_has_a_reader():
    assert kinds.INLINE - {kinds.TEXT} <= metadata.READERS.keys()
