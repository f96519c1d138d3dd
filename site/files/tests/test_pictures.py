"""Pictures are replaced by our own, with a small one. Cases 14, 16 and 18."""

import io
import itertools

import pytest
from PIL import Image, ImageCms

from files.actions import keep

from . import makers
from .makers import encoded, picture
from .test_places import stored


def kept(data, name="picture"):
    """The blob of a picture, the picture as it is stored, and its small one."""
    blob = keep(io.BytesIO(data), name)
    shown = Image.open(io.BytesIO(stored(blob)))
    shown.load()
    small = Image.open(io.BytesIO(stored(blob, blob.small_name)))
    assert (blob.kind, blob.size, blob.small_size) == (
        "picture",
        len(stored(blob)),
        small.fp.seek(0, 2),
    )
    assert (blob.width, blob.height) == shown.size
    assert (blob.small_width, blob.small_height) == small.size
    assert small.format == "WEBP" and blob.small_size <= 60 * 1024
    return blob, shown, small


def is_red(colour):
    return colour[0] > 200 and colour[2] < 70


def is_blue(colour):
    return colour[2] > 200 and colour[0] < 70


@pytest.mark.parametrize(
    ("name", "content_type"),
    [
        ("JPEG", "image/jpeg"),
        ("PNG", "image/png"),
        ("GIF", "image/gif"),
        ("WEBP", "image/webp"),
        ("AVIF", "image/webp"),
    ],
)
def test_a_picture_is_stored_in_a_format_that_all_browsers_show(db, name, content_type):
    blob, shown, small = kept(encoded(picture(), name))
    assert (blob.content_type, shown.size, small.size) == (content_type, (60, 40), (60, 40))
    for each in (shown.convert("RGB"), small.convert("RGB")):
        assert is_red(each.getpixel((5, 20))) and is_blue(each.getpixel((55, 20)))


# Where the red half is, and the size, after each orientation (TIFF 6.0).
UPRIGHT = {1: (5, 20), 2: (55, 20), 3: (55, 20), 4: (5, 20)}
UPRIGHT |= {5: (20, 5), 6: (20, 5), 7: (20, 55), 8: (20, 55)}


@pytest.mark.parametrize("orientation", UPRIGHT)
def test_a_photo_is_the_right_way_up(db, orientation):
    _blob, shown, small = kept(makers.jpeg(orientation))
    assert shown.size == small.size == ((60, 40) if orientation < 5 else (40, 60))
    assert is_red(shown.getpixel(UPRIGHT[orientation]))
    assert is_red(small.convert("RGB").getpixel(UPRIGHT[orientation]))
    assert not shown.getexif()


@pytest.mark.parametrize("name", ["PNG", "WEBP", "AVIF"])
def test_other_pictures_are_the_right_way_up_too(db, name):
    _blob, shown, _small = kept(encoded(picture(), name, exif=makers.exif(6)))
    assert shown.size == (40, 60) and is_red(shown.convert("RGB").getpixel((20, 5)))


@pytest.mark.parametrize(
    "broken", [b"Exif\0\0", b"Exif\0\0II*\0\xff\xff\xff\xff", b"Exif\0\0MM" + b"\xff" * 99]
)
def test_broken_exif_is_no_obstacle(db, broken):
    for name in ("JPEG", "WEBP", "PNG"):
        kept(encoded(picture(), name, exif=broken))


@pytest.mark.parametrize("mode", ["L", "CMYK", "YCbCr", "RGB"])
def test_a_jpeg_of_any_colours_is_drawn(db, mode):
    _blob, shown, _small = kept(encoded(picture(mode=mode), "JPEG", quality=95))
    assert shown.mode == ("L" if mode == "L" else "RGB")
    assert mode == "L" or is_red(shown.getpixel((5, 20)))


def test_a_photo_for_print_is_drawn_with_its_colours(db):
    blob, shown, _small = kept(encoded(picture(mode="CMYK"), "JPEG", icc_profile=b"\0" * 500))
    assert blob.content_type == "image/jpeg" and "icc_profile" not in shown.info


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_a_png_of_any_mode_is_drawn(db, mode):
    made = picture(mode="L").convert("I").point(lambda value: value * 256).convert("I;16")
    made = made if mode == "I;16" else picture(mode="RGBA").convert(mode)
    blob, shown, _small = kept(encoded(made, "PNG"))
    assert shown.mode == ("L" if mode == "I;16" else mode)
    grey = shown.convert("L").getpixel((5, 20))
    assert abs(grey - picture(mode="L").getpixel((5, 20))) <= (180 if mode == "1" else 2)
    assert blob.content_type == "image/png"


@pytest.mark.parametrize(
    ("name", "mode"),
    [
        ("PNG", "RGBA"),
        ("PNG", "P"),
        ("PNG", "LA"),
        ("WEBP", "RGBA"),
        ("AVIF", "RGBA"),
        ("GIF", "RGBA"),
    ],
)
def test_what_is_transparent_stays_so(db, name, mode):
    made = picture(mode="RGBA")
    made.paste((0, 0, 0, 0), (0, 0, 30, 20))
    if (name, mode) == ("PNG", "P"):
        made = made.quantize(8)
    _blob, shown, small = kept(encoded(made.convert(mode), name))
    for each in (shown, small):
        alpha = each.convert("RGBA").getchannel("A")
        assert alpha.getpixel((5, 5)) < 30 and alpha.getpixel((50, 30)) == 255


@pytest.mark.parametrize(
    ("size", "stored_size", "small_size"),
    [
        ((1, 1), (1, 1), (1, 1)),
        ((720, 540), (720, 540), (720, 540)),
        ((1000, 1000), (1000, 1000), (540, 540)),
        ((5000, 2500), (4096, 2048), (720, 360)),
        ((9000, 4), (4096, 2), (720, 1)),
        ((4, 9000), (2, 4096), (1, 540)),
    ],
)
@pytest.mark.parametrize("name", ["JPEG", "PNG"])
def test_a_picture_is_made_smaller_never_larger(db, name, size, stored_size, small_size):
    _blob, shown, small = kept(encoded(Image.new("RGB", size, "red"), name))
    assert (shown.size, small.size) == (stored_size, small_size)


@pytest.mark.parametrize("size", [(8000, 6000), (12000, 8000), (9990, 9990)])
def test_a_photo_of_up_to_100_megapixels_is_drawn(db, size):
    blob, _shown, _small = kept(encoded(Image.new("RGB", size, "red"), "JPEG"))
    assert 3000 < max(blob.width, blob.height) <= 4096


@pytest.mark.parametrize("mode", ["P", "RGB", "RGBA"])
def test_a_png_of_49_megapixels_is_drawn_without_seams(db, mode):
    stripes = Image.linear_gradient("L").resize((7000, 7000))
    blob, shown, _small = kept(encoded(stripes.convert(mode), "PNG", compress_level=1))
    assert (blob.width, blob.height) == (4096, 4096)
    grey = shown.convert("L")
    rows = [grey.getpixel((9, row)) for row in range(4096)]
    steps = [after - before for before, after in itertools.pairwise(rows)]
    assert min(steps) >= 0 and max(steps) <= (20 if mode == "P" else 1)


def test_the_small_picture_of_noise_is_small(db):
    made = Image.effect_noise((1500, 1500), 200).convert("RGBA")
    made.putalpha(Image.effect_noise((1500, 1500), 200))
    kept(encoded(made, "PNG"))


def test_a_profile_of_colours_stays_if_it_is_short(db):
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    _blob, shown, _small = kept(encoded(picture(), "JPEG", icc_profile=profile))
    assert shown.info["icc_profile"] == profile
    _blob, shown, _small = kept(encoded(picture(), "JPEG", icc_profile=profile + bytes(70_000)))
    assert "icc_profile" not in shown.info and is_red(shown.getpixel((5, 20)))
    _blob, shown, _small = kept(encoded(picture(mode="L"), "PNG", icc_profile=profile))
    assert "icc_profile" not in shown.info


@pytest.mark.parametrize("data", [makers.gif(3), makers.animated("WEBP"), makers.animated("PNG")])
def test_an_animation_has_a_still(db, data):
    blob, shown, small = kept(data)
    assert blob.is_animated and shown.is_animated and not small.is_animated
    assert is_red(small.convert("RGB").getpixel((5, 20)))


def test_a_still_is_not_animated(db):
    for data in (makers.gif(), makers.jpeg(), makers.webp(), makers.png(), makers.avif()):
        assert not kept(data)[0].is_animated


def test_a_picture_with_a_second_one_in_it_is_one_picture(db):
    data = encoded(picture(), "MPO", save_all=True, append_images=[picture((60, 60))])
    blob, shown, _small = kept(data)
    assert (blob.content_type, blob.is_animated, shown.format) == ("image/jpeg", False, "JPEG")
