"""Files of all kinds, made for tests, with a place and a maker in them."""

import io
import struct
import zlib

from PIL import Image, PngImagePlugin

SECRET = b"+40.4168-003.7038/"  # the centre of Madrid, as films say it
TEXT = SECRET.decode()


def exif(orientation=1):
    made = Image.Exif()
    made[0x0112] = orientation
    made[0x010F] = TEXT  # maker
    made.get_ifd(0x8769)[0x927C] = SECRET  # maker note
    made.get_ifd(0x8825).update({1: "N", 2: (40.0, 25.0, 0.0), 29: TEXT})
    return made


def picture(size=(60, 40), mode="RGB"):
    """Return a picture that is red on the left and blue on the right."""
    made = Image.new("RGB", size, "red")
    made.paste("blue", (size[0] // 2, 0, *size))
    return made.convert(mode)


def encoded(made, name, **options):
    file = io.BytesIO()
    made.save(file, name, **options)
    return file.getvalue()


def jpeg(orientation=1, size=(60, 40)):
    options = {"exif": exif(orientation), "comment": SECRET, "quality": 95}
    made = encoded(picture(size), "JPEG", xmp=b"<x:xmpmeta>%s</x:xmpmeta>" % SECRET, **options)
    return made + SECRET + mp4()  # a "motion photo": a film behind the picture


def png(**options):
    text = PngImagePlugin.PngInfo()
    text.add_text("Place", TEXT)
    text.add_text("Zipped", TEXT, zip=True)
    text.add_itxt("XML:com.adobe.xmp", TEXT)
    made = encoded(picture(), "PNG", pnginfo=text, exif=exif(), **options)
    return made + SECRET


def webp(**options):
    return encoded(picture(), "WEBP", exif=exif(), xmp=b"<x>%s</x>" % SECRET, **options) + SECRET


def avif():
    return encoded(picture(), "AVIF", exif=exif(), xmp=b"<x>%s</x>" % SECRET)


def gif(frames=1):
    more = [picture().rotate(180 * number) for number in range(1, frames)]
    options = {"save_all": True, "append_images": more, "loop": 3, "duration": 50}
    made = encoded(picture(), "GIF", comment=SECRET, **(options if frames > 1 else {}))
    xmp = b"!\xff\x0bXMP DataXMP\x12" + SECRET + b"\0"
    at = 13 + (3 << (made[10] & 7) + 1)
    return made[:at] + xmp + made[at:] + SECRET


def animated(name):
    others = [picture().transpose(Image.Transpose.FLIP_LEFT_RIGHT)] * 2
    options = {"save_all": True, "append_images": others, "duration": 100}
    return {"WEBP": webp, "PNG": png}[name](**options)


def ftyp(brand=b"isom"):
    return box(b"ftyp", brand, bytes(4))


def box(kind, *contents):
    inside = b"".join(contents)
    return struct.pack(">I4s", len(inside) + 8, kind) + inside


def wide_box(kind, inside):
    return struct.pack(">I4sQ", 1, kind, len(inside) + 16) + inside


XMP_ID = bytes.fromhex("BE7ACFCB97A942E89C71999491E3AFAC")
MDAT = b"these are pictures and sound"


def track(handler, *inside):
    hdlr = box(b"hdlr", bytes(8), handler, bytes(12))
    return box(b"trak", box(b"tkhd", bytes(84)), box(b"mdia", hdlr, box(b"minf", *inside)))


def moov(*inside):
    place = box(b"udta", box(b"\xa9xyz", struct.pack(">HH", 18, 0) + SECRET), bytes(4))
    loci = box(b"udta", box(b"loci", bytes(6), SECRET))
    video = track(b"vide", box(b"stbl", box(b"stco", bytes(4), struct.pack(">II", 1, 48))))
    video = box(b"trak", video[8:], loci, box(b"meta", bytes(4), SECRET))
    keys = box(b"meta", box(b"keys", b"com.apple.quicktime.location.ISO6709"), SECRET)
    return box(b"moov", box(b"mvhd", bytes(100)), video, place, keys, *inside)


def mp4(brand=b"isom", *inside):
    """Return a film; `inside` are more boxes of its box moov."""
    return b"".join(
        [
            box(b"ftyp", brand, bytes(4), brand),
            wide_box(b"mdat", MDAT),
            moov(*inside),
            box(b"uuid", XMP_ID, SECRET),
            box(b"free", SECRET),
            box(b"skip", SECRET),
            box(b"XYZW", SECRET),
        ]
    )


def fragmented():
    parts = box(b"traf", box(b"tfhd", bytes(8)), box(b"udta", SECRET))
    fragment = box(b"moof", box(b"mfhd", bytes(8)), parts)
    return box(b"ftyp", b"iso5", bytes(4)) + moov() + (fragment + box(b"mdat", MDAT)) * 3


def with_track_of_places():
    """Return a film with a track of metadata, as cameras that know their place make them."""
    head = box(b"ftyp", b"isom", bytes(4))
    sound, start = b"sound", len(head) + 8 + 5
    sizes = [len(SECRET), 4]
    table = box(
        b"stbl",
        box(b"stsd", bytes(8)),
        box(b"stsz", bytes(4), struct.pack(">II2I", 0, 2, *sizes)),
        box(b"stsc", bytes(4), struct.pack(">I3I", 1, 1, 2, 1)),
        box(b"stco", bytes(4), struct.pack(">II", 1, start)),
    )
    media = box(b"mdat", sound, SECRET, b"GPS!", b"picture")
    return head + media + box(b"moov", box(b"mvhd", bytes(100)), track(b"meta", table))


def mp3(frames=4):
    size = bytes([0, 0, 0, len(SECRET)])
    v2 = b"ID3\4\0\0" + size + SECRET
    sound = (b"\xff\xfb\x90\x00" + bytes(413)) * frames
    ape = b"APETAGEX" + struct.pack("<IIII", 2000, len(SECRET) + 32, 1, 0) + bytes(8)
    return v2 + sound + SECRET + ape + b"TAG" + SECRET.ljust(125, b"\0")


def flac():
    def block(kind, inside):
        return bytes([kind]) + len(inside).to_bytes(3) + inside

    blocks = [block(0, bytes(34)), block(4, SECRET), block(6, SECRET), block(0x81, SECRET)]
    return b"fLaC" + b"".join(blocks) + b"\xff\xf8 sound"


def wav():
    def chunk(kind, inside):
        return kind + struct.pack("<I", len(inside)) + inside + bytes(len(inside) % 2)

    chunks = chunk(b"fmt ", bytes(16)) + chunk(b"LIST", b"INFO" + SECRET + b"!")
    chunks += chunk(b"data", b"sound") + chunk(b"bext", SECRET)
    return b"RIFF" + struct.pack("<I", len(chunks) + 4) + b"WAVE" + chunks


def ogg_checksum(page):
    """Return the checksum of a page, counted in a way of its own: bit by bit."""
    checksum = 0
    for byte in page[:22] + bytes(4) + page[26:]:
        checksum ^= byte << 24
        for _bit in range(8):
            checksum = checksum << 1 ^ (0x104C11DB7 if checksum & 0x80000000 else 0)
    return checksum


def ogg(codec):
    """Return sound whose comments go over two pages."""
    first, before, behind = {
        "opus": (b"OpusHead" + bytes(11), b"OpusTags", b""),
        "vorbis": (b"\x01vorbis" + bytes(23), b"\x03vorbis", b"\x01"),
    }[codec]
    comment = b"LOCATION=" + SECRET * 40
    comments = before + struct.pack("<I", 4) + b"lavf" + struct.pack("<II", 1, len(comment))
    comments += comment + behind

    def page(number, flags, laces, inside):
        head = struct.pack("<4sBBQIIIB", b"OggS", 0, flags, 0, 7, number, 0, len(laces))
        made = head + bytes(laces) + inside
        return made[:22] + ogg_checksum(made).to_bytes(4, "little") + made[26:]

    return b"".join(
        [
            page(0, 2, [len(first)], first),
            page(1, 0, [255, 255], comments[:510]),
            page(2, 1, [len(comments) - 510, 5], comments[510:] + b"sound"),
            page(3, 4, [5], b"sound"),
        ]
    )


def element(kind, inside, is_unknown=False):
    size = bytes([0xFF]) if is_unknown else (1 << 28 | len(inside)).to_bytes(4)
    return bytes.fromhex(kind) + size + inside


def webm(is_live=False):
    tag = element("1254C367", element("7373", SECRET))
    info = element("1549A966", element("7BA9", SECRET) + element("2AD7B1", b"\x0f\x42\x40"))
    cluster = element("1F43B675", element("E7", b"\0") + element("A3", b"V_VP9 frame"), is_live)
    attached = element("1941A469", SECRET)
    inside = info + element("EC", SECRET) + cluster + tag + attached
    head = b"\x1aE\xdf\xa3\x87\x42\x82\x84webm"
    return head + element("18538067", inside, is_live)


def png_chunk(kind, inside):
    checksum = zlib.crc32(kind + inside)
    return struct.pack(">I", len(inside)) + kind + inside + struct.pack(">I", checksum)


def png_of(width, height, *chunks, data=b""):
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    made = [png_chunk(b"IHDR", head), *chunks, png_chunk(b"IDAT", data), png_chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(made)
