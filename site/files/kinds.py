"""What a file is, judged by its bytes and its name, and as what it is sent.

What somebody else's browser says of a file is never believed. What is not known here is a
download of unknown type.
"""

import codecs
import re
from typing import BinaryIO

from .stores.base import pieces_of

SNIFFED_BYTES = 4096

UNKNOWN = "application/octet-stream"
# Known, because something has to be taken out of them, but never sent as what they are.
HEIC, MATROSKA, OGG_VIDEO = "image/heic", "video/x-matroska", "video/ogg"
TEXT = "text/plain; charset=utf-8"
PICTURES = {"image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"}
VIDEOS = {"video/mp4", "video/webm", "video/quicktime"}
SOUNDS = {"audio/mpeg", "audio/mp4", "audio/ogg", "audio/webm", "audio/wav", "audio/flac"}
# All that a browser may show; everything else is a download. Never SVG, HTML, a script or a style.
INLINE = PICTURES | VIDEOS | SOUNDS | {TEXT}

_SIGNATURES = [
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "image/png"),
    (re.compile(rb"\xff\xd8\xff"), "image/jpeg"),
    (re.compile(rb"GIF8[79]a"), "image/gif"),
    (re.compile(rb"RIFF....WEBP", re.DOTALL), "image/webp"),
    (re.compile(rb"RIFF....WAVE", re.DOTALL), "audio/wav"),
    (re.compile(rb"fLaC"), "audio/flac"),
    (re.compile(rb"ID3[\x02-\x04][^\xff][\x00-\xff][\x00-\x7f]{4}"), "audio/mpeg"),
    # QuickTime from before it had brands: the size of a first box, below 256 MiB, and its type.
    (re.compile(rb"[\x00-\x0f][\x00-\xff]{3}(?:moov|mdat|wide|free|skip|pnot)"), "video/quicktime"),
]
# Brands of ISO base media files (mp4ra.org), the first that is known counts.
_BRANDS = {
    **dict.fromkeys([b"avif", b"avis"], "image/avif"),
    **dict.fromkeys([b"M4A ", b"M4B ", b"M4P ", b"F4A "], "audio/mp4"),
    b"qt  ": "video/quicktime",
    **dict.fromkeys([b"isom", b"avc1", b"mp41", b"mp42", b"mp71", b"M4V ", b"dash"], "video/mp4"),
    **dict.fromkeys([b"iso%d" % number for number in range(2, 10)], "video/mp4"),
    **dict.fromkeys([b"3gp4", b"3gp5", b"3gp6", b"3gp7", b"MSNV", b"XAVC"], "video/mp4"),
}
# HEIC and its kin, which have a brand above among their compatible ones at times.
_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"}

# Names of text that a browser or a desktop would run or draw, or that claim to be no text.
_EXTENSIONS_NOT_SHOWN = """
    htm html xhtml xht shtml xml xsl xslt xsd dtd rdf rss atom svg svgz mml mathml
    js mjs cjs jsx css mht mhtml eml pdf ps eps ai rtf swf wasm hta htc htt url webloc
    vbs vbe jse ws wsf wsc wsh bat cmd ps1 psm1 com exe scr pif reg lnk inf desktop
    sh bash zsh csh ksh fish command php php3 php5 phtml phar asp aspx jsp jspx cgi
    xul xbl appcache manifest webmanifest xspf vml sct
    jpg jpeg jpe jfif png apng gif webp avif heic heif bmp ico tif tiff psd raw
    mp4 m4v mov qt webm mkv avi mpg mpeg 3gp mp3 m4a ogg oga opus wav flac aac wma
    zip gz tgz bz2 xz 7z rar tar jar apk dmg iso doc docx xls xlsx ppt pptx odt
"""
_NOT_SHOWN = frozenset(_EXTENSIONS_NOT_SHOWN.split())
# The beginning of markup, a program, PostScript, PDF or RTF, after blanks.
_MARKUP = re.compile(r"[\s\ufeff]*(?:<[a-z!?/%]|#!|%!|%PDF|\{\\rtf)", re.IGNORECASE)
# A page with its pictures in one file (RFC 2557), which begins like a mail.
_PAGE_AS_MAIL = re.compile(r"^content-type:\s*(?:multipart/|text/html)", re.IGNORECASE | re.M)


def type_of(file: BinaryIO, name: str = "") -> str:
    """Return the content type as which `file`, called `name`, is sent: one of INLINE or UNKNOWN."""
    head = head_of(file)
    found = format_of(head, name)
    if found is None and is_shown_text(head, name) and _is_utf8(file):
        found = TEXT
    file.seek(0)
    return found if found in INLINE else UNKNOWN


def head_of(file: BinaryIO) -> bytes:
    """Return the bytes by which the format is known."""
    file.seek(0)
    return file.read(SNIFFED_BYTES)


def format_of(head: bytes, name: str = "") -> str | None:
    """Return the content type of a picture, film or sound that begins with `head`, or None.

    It may be one that is never sent.
    """
    for signature, content_type in _SIGNATURES:
        if signature.match(head):
            return content_type
    if head[4:8] == b"ftyp":
        return _type_by_brand(head)
    if head.startswith(b"\x1aE\xdf\xa3"):
        return _matroska(head, name)
    if head.startswith(b"OggS"):
        return OGG_VIDEO if b"\x80theora" in head or b"BBCD\x00" in head else "audio/ogg"
    return "audio/mpeg" if _is_mp3(head) else None


def _type_by_brand(head: bytes) -> str:
    size = int.from_bytes(head[:4])
    brands = [head[8:12], *(head[at : at + 4] for at in range(16, min(size, 256), 4))]
    if brands[0] in _HEIC_BRANDS or (_HEIC_BRANDS & {*brands} and b"avif" not in brands):
        return HEIC
    return next((_BRANDS[brand] for brand in brands if brand in _BRANDS), UNKNOWN)


def _matroska(head: bytes, name: str) -> str:
    if b"\x42\x82\x84webm" not in head[:100]:  # the element DocType
        return MATROSKA
    has_sound, has_video = (re.search(codec, head) for codec in (rb"A_(OPUS|VORBIS)", rb"V_[VA]"))
    is_sound = has_sound and not has_video
    return "audio/webm" if is_sound or extension_of(name) == "weba" else "video/webm"


# Of MPEG layer III, by the bits of a frame's header (ISO 11172-3, 2.4.2.3): bits in kbit/s.
_RATES_1 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_RATES_2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_SAMPLES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}


def _is_mp3(head: bytes) -> bool:
    """Return True if two frames of layer III follow each other."""
    length = _mp3_frame(head[:4])
    return bool(length) and (length == len(head) or bool(_mp3_frame(head[length : length + 4])))


def _mp3_frame(header: bytes) -> int:
    """Return the length of the frame with this header in bytes, 0 if it is none."""
    if len(header) < 4 or header[0] != 0xFF or header[1] & 0xE6 != 0xE2:
        return 0
    version, rate, samples = header[1] >> 3 & 3, header[2] >> 4, header[2] >> 2 & 3
    if version == 1 or rate in (0, 15) or samples == 3:
        return 0
    bits = (_RATES_1 if version == 3 else _RATES_2)[rate] * 1000
    padding = header[2] >> 1 & 1
    return (144 if version == 3 else 72) * bits // _SAMPLES[version][samples] + padding


def is_shown_text(head: bytes, name: str = "") -> bool:
    """Return True if a file that begins with `head` is text that may be shown as such.

    A character that is cut at the end of `head` is no fault.
    """
    if not head or b"\0" in head or extension_of(name) in _NOT_SHOWN:
        return False
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return not (_MARKUP.match(text) or _PAGE_AS_MAIL.search(text))


def _is_utf8(file: BinaryIO) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    file.seek(0)
    try:
        for piece in pieces_of(file):
            if b"\0" in piece:
                return False
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def extension_of(name: str) -> str:
    """Return what is behind the last dot of `name`, in lower case."""
    return name.rstrip(". ").rpartition(".")[2].lower() if "." in name else ""


def kind_of(content_type: str) -> str:
    """Return the Blob.Kind of what is sent as `content_type`."""
    kind = content_type.partition("/")[0]
    if content_type not in INLINE:
        return "other"
    return {"image": "picture"}.get(kind, kind)


def is_inline(content_type: str) -> bool:
    """Return True if a browser may show what is sent as `content_type`, False for a download."""
    return content_type in INLINE
