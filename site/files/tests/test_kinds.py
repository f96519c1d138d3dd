"""What a file is, by its bytes and its name, and as what it is sent. Cases 11 and 17."""

import io
import struct

import pytest
from PIL import Image

from files import kinds
from files.stores import PIECE

BOX = struct.Struct(">I4s")


def ftyp(*brands):
    body = brands[0] + bytes(4) + b"".join(brands[1:])
    return BOX.pack(len(body) + 8, b"ftyp") + body + BOX.pack(16, b"mdat") + bytes(8)


def picture(pillow_format):
    file = io.BytesIO()
    Image.new("RGB", (9, 9), "red").save(file, pillow_format)
    return file.getvalue()


def mp3(frames=2):
    return (b"\xff\xfb\x90\x00" + bytes(413)) * frames  # 128 kbit/s, 44,100 Hz: 417 bytes


WEBM = b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\x82\x84webm"
SHOWN = [
    *((picture(name), f"image/{name.lower()}") for name in ("PNG", "JPEG", "GIF", "WEBP", "AVIF")),
    (ftyp(b"isom", b"isom", b"avc1"), "video/mp4"),
    (ftyp(b"what", b"mp42"), "video/mp4"),
    (ftyp(b"qt  "), "video/quicktime"),
    (BOX.pack(8, b"wide") + BOX.pack(16, b"mdat") + bytes(8), "video/quicktime"),
    (ftyp(b"M4A ", b"M4A ", b"mp42"), "audio/mp4"),
    (WEBM + b"V_VP9 A_OPUS", "video/webm"),
    (WEBM + b"A_OPUS", "audio/webm"),
    (b"OggS\0\2" + bytes(22) + b"OpusHead", "audio/ogg"),
    (mp3(), "audio/mpeg"),
    (b"ID3\4\0\0\0\0\0\0" + mp3(), "audio/mpeg"),
    (b"RIFF\x24\0\0\0WAVEfmt ", "audio/wav"),
    (b"fLaC\0\0\0\x22", "audio/flac"),
    (b"Hello, \xc3\xb1and\xc3\xba", kinds.TEXT),
    (b"\xef\xbb\xbfname,age\r\nAna,40\r\n", kinds.TEXT),
    (b'{"a": [1, 2 < 3]}', kinds.TEXT),
    (b"I'm free now, the moov and ftyp", kinds.TEXT),
]
DOWNLOADS = [
    ("a.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
    ("a.txt", b"\xef\xbb\xbf \n<!-- note --><svg onload=alert(1)>"),
    ("a.html", b"<!doctype html><script>alert(1)</script>"),
    ("a", b"\n\t <HTML><body>"),
    ("page.xhtml", b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"/>'),
    ("feed.xml", b"nothing yet"),
    ("a.js", b"alert(1)"),
    ("a.MJS ", b"alert(1)"),
    ("a.css.", b"body { background: url(//evil) }"),
    (".html", b"hello"),
    ("a.mht", b"From: <Saved by Blink>"),
    ("a.txt", b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n"),
    ("a.pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3"),
    ("a.txt", b"%PDF-1.4\n1 0 obj"),
    ("a.jpg", b"%!PS-Adobe-3.0 EPSF-3.0"),
    ("a.jpg", b"just words"),
    ("a.png", b"<html>"),
    ("run.txt", b"#!/bin/sh\nrm -rf ~\n"),
    ("a.ps1", b"Get-Item x"),
    ("a.heic", ftyp(b"heic", b"mif1", b"heic")),
    ("a.mp4", ftyp(b"mif1", b"heic")),
    ("a.mkv", WEBM.replace(b"\x84webm", b"\x88matroska")),
    ("a.ogg", b"OggS\0\2" + bytes(22) + b"\x80theora"),
    ("a.zip", b"PK\x03\x04" + bytes(30)),
    ("a.avi", b"RIFF\x24\0\0\0AVI LIST"),
    ("a.txt", b"nul \0 inside"),
    ("a.txt", "UTF-16".encode("utf-16")),
    ("a.txt", b"latin \xe9 text"),
    ("a.mp3", b"\xff\xfb\x90\x00" + bytes(999)),
    ("a.mp3", b"ID3 tags are explained here \xff"),
    ("a.bmp", b"BM" + bytes(60)),
]


@pytest.mark.parametrize(("data", "content_type"), SHOWN)
def test_what_a_browser_can_show_is_known_by_its_bytes(data, content_type):
    assert kinds.type_of(io.BytesIO(data), "whatever") == content_type
    assert kinds.is_inline(content_type)


@pytest.mark.parametrize(("name", "data"), DOWNLOADS)
def test_all_else_is_a_download_of_unknown_type(name, data):
    content_type = kinds.type_of(io.BytesIO(data), name)
    assert (content_type, kinds.kind_of(content_type)) == (kinds.UNKNOWN, "other")
    assert not kinds.is_inline(content_type)


def test_a_character_cut_at_the_end_of_what_is_looked_at_is_text():
    data = b"x" * (kinds.SNIFFED_BYTES - 1) + "é and more".encode()
    assert kinds.is_shown_text(data[: kinds.SNIFFED_BYTES])
    assert kinds.type_of(io.BytesIO(data)) == kinds.TEXT


@pytest.mark.parametrize("end", [b"\0", b"\xff", "é".encode()[:1]])
def test_a_file_that_only_begins_as_text_is_no_text(end):
    data = b"x" * (PIECE - 1) + "é".encode() + end
    assert kinds.type_of(io.BytesIO(data)) == kinds.UNKNOWN


def test_the_types_that_are_shown_hold_nothing_that_can_run():
    assert not any(
        word in kind for kind in kinds.INLINE for word in ("svg", "html", "xml", "script")
    )
    kinds_of_all = {kinds.kind_of(content_type) for content_type in kinds.INLINE}
    assert kinds_of_all == {"picture", "video", "audio", "text"}
