"""The picture of a page, drawn anew and small. Cases 15 and 49."""

import io

import pytest
from django.conf import settings
from PIL import Image

from files import pictures
from files.actions import Refused, keep_drawn
from files.models import Blob

from . import makers
from .makers import encoded, picture
from .test_hostile_pictures import HOSTILE
from .test_places import stored


def drawn(data):
    return pictures.draw_preview(io.BytesIO(data))


@pytest.mark.parametrize("name", ["JPEG", "PNG", "GIF", "WEBP", "AVIF"])
@pytest.mark.parametrize(
    ("size", "shown"),
    [
        ((60, 40), (60, 40)),
        ((600, 315), (600, 315)),
        ((1200, 630), (600, 315)),
        ((1000, 1000), (315, 315)),
        ((3000, 300), (600, 60)),
        ((9, 3000), (1, 315)),
    ],
)
def test_a_picture_is_drawn_within_its_frame(name, size, shown):
    small = drawn(encoded(picture(size), name))
    opened = Image.open(io.BytesIO(small.data))
    assert (opened.format, opened.size, small.size) == ("WEBP", shown, shown)
    assert len(small.data) <= 60 * 1024


def test_it_holds_nothing_but_pixels_and_is_the_right_way_up():
    small = drawn(makers.jpeg(6))
    assert small.size == (40, 60) and makers.SECRET not in small.data
    assert not Image.open(io.BytesIO(small.data)).getexif()


def test_an_animation_is_a_still():
    for data in (makers.gif(3), makers.animated("WEBP"), makers.animated("PNG")):
        assert not Image.open(io.BytesIO(drawn(data).data)).is_animated


def test_noise_is_small():
    assert len(drawn(encoded(Image.effect_noise((1200, 900), 200), "PNG")).data) <= 60 * 1024


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_picture_is_none_or_small(name):
    small = drawn(HOSTILE[name]())
    assert small is None or len(small.data) <= 60 * 1024


@pytest.mark.parametrize(
    "data",
    [b"", b"<svg xmlns='x'/>", b"%!PS-Adobe", b"<html>", b"BM" * 99],
)
def test_what_is_no_picture_of_ours_is_none(data):
    assert drawn(data) is None


def test_it_is_kept_as_a_file_that_nothing_uses_yet(db):
    small = drawn(encoded(picture((1200, 630)), "PNG"))
    blob = keep_drawn(small)
    assert (blob.kind, blob.content_type, blob.claimed_at) == ("picture", "image/webp", None)
    assert (blob.width, blob.height, blob.size) == (600, 315, len(small.data))
    assert stored(blob) == small.data


def test_it_is_not_kept_if_there_is_no_room(db, monkeypatch):
    monkeypatch.setattr(settings, "FILES_QUOTA", 10)
    with pytest.raises(Refused, match="full"):
        keep_drawn(drawn(encoded(picture(), "PNG")))
    assert not Blob.objects.exists()
