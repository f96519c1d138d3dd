"""Draw pictures anew, so that nothing is in them but pixels. Only the child process imports this.

Pillow's loaders of five formats are used by name, so that those of all others are never asked.
"""

import io
import warnings
from typing import Any, BinaryIO

from PIL import (
    AvifImagePlugin,
    GifImagePlugin,
    Image,
    ImageCms,
    ImageFile,
    JpegImagePlugin,
    PngImagePlugin,
    WebPImagePlugin,
)

from files import metadata

type Answer = dict[str, Any]

MAX_SIDE = 4096  # pixels of a stored picture
MAX_PIXELS = 50_000_000  # to decode
MAX_JPEG_PIXELS = 100_000_000  # which can be decoded at a fraction of its size
MAX_FRAMES = 5_000  # of an animation
BAND = 256  # rows that are made smaller at a time
MARGIN = 4  # rows around them that have a part in them
SMALL = (720, 540)  # pixels
MAX_SMALL = 60 * 1024  # bytes
PREVIEW = (600, 315)  # pixels, of the picture of a page
MAX_PREVIEW = 60 * 1024  # bytes
AVATAR = 96  # pixels
MAX_AVATAR = 4 * 1024  # bytes
MAX_PROFILE = 64 * 1024  # bytes
MAX_OPTIMISED = 1_000_000  # pixels of a PNG that is made as small as possible, which takes time
SAMPLE = 512  # pixels of each side of its middle, to see how it compresses
QUICK = {"compress_level": 1, "compress_type": 3}  # zlib's Z_RLE
THOROUGH = {"compress_level": 3}
QUALITY = 88
QUALITIES = (75, 60, 45, 30, 20, 10, 5, 0)  # to try until a small picture is small enough

_LOADERS: dict[str, type[ImageFile.ImageFile]] = {
    "image/png": PngImagePlugin.PngImageFile,
    "image/jpeg": JpegImagePlugin.JpegImageFile,
    "image/gif": GifImagePlugin.GifImageFile,
    "image/webp": WebPImagePlugin.WebPImageFile,
    "image/avif": AvifImagePlugin.AvifImageFile,
}
_ORIENTATION = 0x0112  # the number of the EXIF field, and what its values ask for
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class TooLarge(Exception):
    """The picture has too many pixels."""


def draw(source: BinaryIO, content_type: str, target: BinaryIO, small: BinaryIO) -> Answer:
    """Write the picture as we store it to `target`, and a small WebP to `small`."""
    opened = open_picture(source, content_type, MAX_SIDE)
    is_animated = bool(getattr(opened, "is_animated", False))
    if content_type == "image/gif" or (is_animated and content_type != "image/avif"):
        metadata.remove(source, target, content_type, MAX_FRAMES)
        picture, profile = flat(opened)
    else:
        is_animated = False
        in_palette = with_palette(opened) if content_type == "image/png" else None
        picture, profile = upright(opened)
        content_type = save(in_palette or picture, profile, content_type, target)
    shown = to_srgb(within(picture, SMALL), profile)
    data, shown = webp_within(shown, MAX_SMALL)
    small.write(data)
    return {
        "content_type": content_type,
        "is_animated": is_animated,
        "size": picture.size,
        "small_size": shown.size,
    }


def draw_preview(source: BinaryIO, content_type: str, target: BinaryIO) -> Answer:
    """Write the picture as a WebP within PREVIEW, and at most MAX_PREVIEW bytes."""
    picture, profile = upright(open_picture(source, content_type, max(PREVIEW)))
    data, picture = webp_within(to_srgb(within(picture, PREVIEW), profile), MAX_PREVIEW)
    target.write(data)
    return {"content_type": "image/webp", "size": picture.size}


def draw_avatar(source: BinaryIO, content_type: str, target: BinaryIO) -> Answer:
    """Write the middle of the picture as a WebP of AVATAR pixels and at most MAX_AVATAR bytes."""
    picture, profile = upright(open_picture(source, content_type, 2 * AVATAR))
    side = min(picture.size)
    left, top = (picture.width - side) // 2, (picture.height - side) // 2
    picture = picture.crop((left, top, left + side, top + side))
    picture = resized(picture, (AVATAR, AVATAR))
    data, picture = webp_within(to_srgb(picture, profile), MAX_AVATAR)
    target.write(data)
    return {"content_type": "image/webp", "size": picture.size}


def open_picture(source: BinaryIO, content_type: str, side: int) -> ImageFile.ImageFile:
    """Return the first frame, decoded; of a large JPEG a fraction, whose sides are `side` or more.

    Raise TooLarge, or whatever Pillow raises for a damaged picture.
    """
    is_jpeg = content_type == "image/jpeg"
    limit = MAX_JPEG_PIXELS if is_jpeg else MAX_PIXELS
    # Pillow warns above this number of pixels, for example if a frame is larger than its picture.
    Image.MAX_IMAGE_PIXELS = limit
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1  # each needs memory of its own
    opened = _LOADERS[content_type](source)
    width, height = opened.size
    if width * height > limit:
        raise TooLarge
    if is_jpeg:
        fraction = max(min(width, height) // side, 1)
        if max(width, height) > MAX_SIDE:
            fraction = max(fraction, max(width, height) // MAX_SIDE)
        if width * height > MAX_PIXELS:
            fraction = max(fraction, 2)
        opened.draft("", (width // fraction, height // fraction))
    opened.load()
    return opened


def with_palette(opened: ImageFile.ImageFile) -> Image.Image | None:
    """Return a picture of few colours the right way up, in its own mode; None if it has many."""
    if opened.mode not in ("1", "P") or max(opened.size) > MAX_SIDE:
        return None
    transparency = opened.info.get("transparency")
    turn = turn_of(opened)
    picture = without_info(opened.copy() if turn is None else opened.transpose(turn))
    if transparency is not None:
        picture.info["transparency"] = transparency
    return picture


def upright(opened: ImageFile.ImageFile) -> tuple[Image.Image, bytes]:
    """Return the picture the right way up and no larger than we store it, and its profile."""
    turn = turn_of(opened)
    picture, profile = shrunk(opened) if max(opened.size) > MAX_SIDE else flat(opened)
    return (picture if turn is None else picture.transpose(turn)), profile


def shrunk(opened: ImageFile.ImageFile) -> tuple[Image.Image, bytes]:
    """Do what `flat` does with a picture that is too large, in bands, which takes less memory."""
    width, height = size_within(opened.size, (MAX_SIDE, MAX_SIDE))
    scale = opened.height / height
    picture = None
    for top in range(0, height, BAND):
        bottom = min(top + BAND, height)
        first = max(0, int(top * scale - MARGIN * scale))
        last = min(opened.height, int(bottom * scale + MARGIN * scale) + 1)
        band, profile = flat(opened.crop((0, first, opened.width, last)))
        box = (0, top * scale - first, opened.width, min(bottom * scale - first, band.height))
        band = band.resize((width, bottom - top), Image.Resampling.LANCZOS, box=box)
        picture = picture or Image.new(band.mode, (width, height))
        picture.paste(band, (0, top))
    assert picture
    return picture, profile


def turn_of(opened: ImageFile.ImageFile) -> Image.Transpose | None:
    """Return how the picture has to be turned, by its EXIF, to be the right way up."""
    try:
        return _TURNS.get(opened.getexif().get(_ORIENTATION, 1))
    except Exception:  # broken EXIF, which raises many things
        return None


def flat(opened: Image.Image) -> tuple[Image.Image, bytes]:
    """Return the picture as L, LA, RGB or RGBA, with nothing but pixels, and its profile."""
    profile = opened.info.get("icc_profile") or b""
    picture: Image.Image = opened
    if picture.mode.startswith("I"):  # 16 bits
        picture = picture.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    elif "transparency" in picture.info or picture.mode in ("P", "PA"):
        picture = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    elif picture.mode == "1":
        picture = picture.convert("L")
    elif picture.mode not in ("L", "LA", "RGB", "RGBA"):  # CMYK
        picture, profile = to_srgb(picture, profile), b""
    return without_info(picture), profile


def without_info(picture: Image.Image) -> Image.Image:
    """Return `picture` without all that Pillow would write with it."""
    picture.info = {}
    return picture


def within(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Return `picture` no larger than `size`, in its own proportions."""
    fitting = size_within(picture.size, size)
    return picture if fitting == picture.size else resized(picture, fitting)


def size_within(size: tuple[int, int], most: tuple[int, int]) -> tuple[int, int]:
    """Return the largest size in the proportions of `size` that is no larger than both."""
    scale = min(most[0] / size[0], most[1] / size[1], 1)
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def resized(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    return picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)


def to_srgb(picture: Image.Image, profile: bytes) -> Image.Image:
    """Return `picture` in the colours that are meant where no profile is given."""
    mode = picture.mode if picture.mode in ("L", "LA", "RGB", "RGBA") else "RGB"
    if profile and mode in ("RGB", "RGBA"):
        try:
            given = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            srgb = ImageCms.createProfile("sRGB")
            converted = ImageCms.profileToProfile(picture, given, srgb, outputMode=mode)
            return without_info(converted or picture)
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            pass  # a damaged profile, or one of other colours: as if there were none
    return picture if picture.mode == mode else picture.convert(mode)


def save(picture: Image.Image, profile: bytes, content_type: str, target: BinaryIO) -> str:
    """Write `picture`; return the content type of what is written."""
    if profile and not fits(profile, picture.mode):
        picture, profile = to_srgb(picture, profile), b""
    if content_type == "image/jpeg":
        picture.save(target, "JPEG", quality=QUALITY, icc_profile=profile)
    elif content_type == "image/png":
        picture.save(target, "PNG", icc_profile=profile, **effort_for(picture))
    else:
        picture.save(target, "WEBP", quality=QUALITY, method=1, icc_profile=profile)
        content_type = "image/webp"
    return content_type


def effort_for(picture: Image.Image) -> dict[str, Any]:
    """Return how a PNG of `picture` is compressed.

    Photographs hardly compress: the quick way, which takes half the time, gives the same size.
    """
    if picture.width * picture.height <= MAX_OPTIMISED:
        return {"optimize": True}
    left, top = (picture.width - SAMPLE) // 2, (picture.height - SAMPLE) // 2
    sample = picture.crop((left, top, left + SAMPLE, top + SAMPLE))
    sizes = []
    for effort in (THOROUGH, QUICK):
        written = io.BytesIO()
        sample.save(written, "PNG", **effort)
        sizes.append(written.tell())
    return THOROUGH if sizes[0] < 0.9 * sizes[1] else QUICK


def fits(profile: bytes, mode: str) -> bool:
    """Return True if the profile may stay with a picture in `mode`: its colour space is in it."""
    space = b"GRAY" if mode in ("1", "L", "LA") else b"RGB "
    return len(profile) <= MAX_PROFILE and profile[16:20] == space


def webp_within(picture: Image.Image, limit: int) -> tuple[bytes, Image.Image]:
    """Return a WebP of at most `limit` bytes, and what it shows."""
    while True:
        for quality in QUALITIES:
            written = io.BytesIO()
            picture.save(written, "WEBP", quality=quality, alpha_quality=quality, method=4)
            if written.tell() <= limit:
                return written.getvalue(), picture
        picture = resized(picture, (max(1, picture.width // 2), max(1, picture.height // 2)))
