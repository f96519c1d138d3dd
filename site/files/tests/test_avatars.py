"""Pictures of people, drawn from whatever they send. Case 54."""

import io

import pytest
from PIL import Image

from files.pictures import draw_avatar

GPS = Image.Exif()
GPS[0x0112] = 6  # turned by a quarter
GPS[0x010F] = "SECRET camera"
GPS.get_ifd(0x8825).update({1: "N", 2: (40.0, 25.0, 0.0)})


def sent(picture, pillow_format, **options):
    file = io.BytesIO()
    picture.save(file, pillow_format, **options)
    return file


def drawn(file):
    """The avatar of a file, opened: it has been checked to be small."""
    data = draw_avatar(file)
    assert len(data) <= 4096
    return Image.open(io.BytesIO(data))


@pytest.mark.parametrize("name", ["PNG", "JPEG", "GIF", "WEBP", "AVIF"])
@pytest.mark.parametrize("size", [(96, 96), (400, 100), (3, 700), (1, 1)])
def test_an_avatar_is_a_square_webp_whatever_it_is_drawn_from(name, size):
    avatar = drawn(sent(Image.new("RGB", size, "red"), name))
    assert (avatar.format, avatar.size) == ("WEBP", (96, 96))
    red, green, blue = avatar.convert("RGB").getpixel((48, 48))
    assert red > 240 and green < 20 and blue < 20


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_noise_in_any_mode_is_at_most_four_kibibytes(mode):
    noise = Image.effect_noise((500, 300), 120)
    picture = noise.convert("I").point(lambda value: value * 256).convert("I;16")
    if mode != "I;16":
        picture = noise.convert("RGBA")
        picture.putalpha(Image.effect_noise((500, 300), 120))
        picture = picture.convert(mode)
    assert drawn(sent(picture, "PNG")).size == (96, 96)


def test_nothing_of_the_picture_is_in_the_avatar_but_its_pixels():
    picture = Image.new("RGB", (300, 300), "red")
    avatar = drawn(sent(picture, "JPEG", exif=GPS, comment=b"SECRET", xmp=b"<x>SECRET</x>"))
    assert not avatar.getexif() and {*avatar.info} <= {
        "loop",
        "background",
        "duration",
        "timestamp",
    }
    assert b"SECRET" not in draw_avatar(sent(picture, "JPEG", exif=GPS, comment=b"SECRET"))


def test_an_avatar_is_the_right_way_up_and_the_middle():
    picture = Image.new("RGB", (400, 200), "red")
    picture.paste("blue", (200, 0, 400, 200))
    avatar = drawn(sent(picture, "JPEG", exif=GPS, quality=95)).convert("RGB")
    red, *_others, blue = avatar.getpixel((48, 10))
    assert red > 200 and blue < 60  # what was left is above
    red, *_others, blue = avatar.getpixel((48, 86))
    assert blue > 200 and red < 60


def test_an_animation_stands_still_at_its_first_frame():
    frames = [Image.new("RGB", (50, 50), colour) for colour in ("red", "blue", "blue")]
    for name in ("GIF", "WEBP", "PNG"):
        file = sent(frames[0], name, save_all=True, append_images=frames[1:])
        avatar = drawn(file)
        assert avatar.n_frames == 1
        assert avatar.convert("RGB").getpixel((48, 48))[0] > 240


def test_a_photo_of_48_megapixels_is_drawn():
    assert drawn(sent(Image.new("RGB", (8000, 6000), "green"), "JPEG")).size == (96, 96)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello",
        b'<svg xmlns="http://www.w3.org/2000/svg"/>',
        b"\xff\xd8\xff\xe0 no picture",
        b"GIF89a" + b"\xff" * 37,
        sent(Image.effect_noise((90, 90), 9), "PNG").getvalue()[:-40],
        sent(Image.new("RGB", (9, 9)), "BMP").getvalue(),
        sent(Image.new("RGB", (9, 9)), "TIFF").getvalue(),
    ],
)
def test_what_cannot_be_drawn_is_no_avatar(data):
    assert draw_avatar(io.BytesIO(data)) is None
