"""Bombs, frauds and decoders that fail cost a thumbnail, nothing else. Cases 15 and 16."""

import io
import os
import struct
import subprocess
import sys
import time
import tracemalloc
import zlib
from threading import Thread

import pytest
from PIL import Image

from files import contents, kinds, pictures, sandbox
from files.actions import keep

from . import makers
from .makers import encoded, picture, png_chunk, png_of
from .test_places import stored

ZEROS = zlib.compress(bytes(200 * 1024**2), 9)  # 200 KB


def huge_gif():
    return (
        b"GIF89a"
        + struct.pack("<HH", 65_535, 65_535)
        + b"\x80\0\0"
        + bytes(6)
        + (b"\x2c\0\0\0\0\1\0\1\0\0\2\2\x44\1\0\x3b")
    )


def gif_of(frames):
    frame = b"!\xf9\4\4\1\0\0\0\x2c\0\0\0\0\1\0\1\0\0\2\2\x44\1\0"
    return b"GIF89a\1\0\1\0\x80\0\0\0\0\0\xff\xff\xff" + frame * frames + b"\x3b"


HOSTILE = {
    "a PNG of 50,000 by 50,000": lambda: png_of(50_000, 50_000, data=ZEROS),
    "a PNG with 200 MB of text": lambda: png_of(9, 9, png_chunk(b"zTXt", b"a\0\0" + ZEROS)),
    "a PNG with 200 MB of XMP": lambda: png_of(
        9, 9, png_chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + ZEROS)
    ),
    "a PNG with a profile of 200 MB": lambda: png_of(9, 9, png_chunk(b"iCCP", b"a\0\0" + ZEROS)),
    "a GIF of 65,535 by 65,535": huge_gif,
    "a GIF of 10,000 frames": lambda: gif_of(10_000),
    "a GIF of 200,000 frames": lambda: gif_of(200_000),
    "a JPEG of 65,000 by 65,000": lambda: encoded(picture(), "JPEG").replace(
        struct.pack(">HH", 40, 60), struct.pack(">HH", 65_000, 65_000)
    ),
    "a PNG of 51 megapixels": lambda: encoded(Image.new("1", (8500, 6000)), "PNG"),
    "half a JPEG": lambda: encoded(Image.effect_noise((400, 300), 90), "JPEG")[:9000],
    "half a PNG": lambda: encoded(Image.effect_noise((400, 300), 90), "PNG")[:9000],
    "half a WebP": lambda: encoded(Image.effect_noise((400, 300), 90), "WEBP")[:9000],
    "half a GIF": lambda: encoded(Image.effect_noise((400, 300), 90), "GIF")[:9000],
    "half an AVIF": lambda: encoded(Image.effect_noise((400, 300), 90), "AVIF")[:2000],
    "a page that begins as a GIF": lambda: b"GIF89a/*<script>alert(1)</script>*/=1;",
    "a page that begins as a JPEG": lambda: b"\xff\xd8\xff\xe0<html><script>alert(1)</script>",
    "a TIFF": lambda: encoded(picture(), "TIFF"),
    "a BMP": lambda: encoded(picture(), "BMP"),
    "an icon": lambda: encoded(picture(), "ICO"),
    "PostScript": lambda: encoded(picture(), "EPS"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_picture_is_a_download_and_takes_no_memory(db, name):
    file = io.BytesIO(HOSTILE[name]())
    tracemalloc.start()
    blob = keep(file, "holiday.jpg")
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (blob.kind, blob.content_type) == ("other", kinds.UNKNOWN)
    assert (blob.small_size, blob.width, blob.height) == (0, 0, 0)
    assert most < 4 * 1024**2


@pytest.mark.parametrize(
    ("data", "hidden"),
    [
        (encoded(picture(), "GIF") + b"<script>alert(1)</script>", b"script"),
        (encoded(picture(), "JPEG") + b"PK\x03\x04 archive", b"archive"),
        (encoded(picture(), "JPEG", comment=b"<script>"), b"script"),
        (encoded(picture(), "PNG") + b"<?php evil", b"evil"),
        (makers.jpeg(), makers.MDAT),
    ],
)
def test_a_second_file_in_a_picture_is_not_stored(db, data, hidden):
    assert hidden in data
    blob = keep(io.BytesIO(data), "a.html")
    assert blob.kind == "picture" and hidden not in stored(blob)


def test_a_frame_larger_than_its_picture_is_no_way_past_the_limit(db):
    small_screen = b"GIF89a\1\0\1\0\x80\0\0" + bytes(6)
    frame = b"\x2c" + struct.pack("<HHHH", 0, 0, 60_000, 60_000) + b"\0\2\2\x44\1\0\x3b"
    assert keep(io.BytesIO(small_screen + frame)).kind == "other"


@pytest.fixture
def child(monkeypatch, tmp_path):
    """Return a function that puts a program in the child's place."""

    def replaced_by(program):
        path = tmp_path / "child.py"
        path.write_text(program)
        monkeypatch.setattr(sandbox, "CHILD", path)

    monkeypatch.setattr(sandbox, "DEADLINE_SECONDS", 1)
    return replaced_by


FAILING = {
    "hangs": "import time; time.sleep(60)",
    "ignores signals": "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(60)",
    "is killed": "import os; os.kill(os.getpid(), 11)",
    "ends with an error": "raise SystemExit(3)",
    "says nothing": "",
    "talks without end": "while True: print('x' * 999_999)",
    "says no JSON": "print('{{{')",
    "says something else": "print([1])",
    "says too little": "print('{}')",
    "lies about sizes": """print('{"content_type": "image/png", "size": [-1, 1e99],'
        '"small_size": [1, 1], "is_animated": false}')""",
    "lies about its kind": """print('{"content_type": "text/html", "size": [1, 1],'
        '"small_size": [1, 1], "is_animated": false}')""",
    "writes something else": """import os, sys
for number in sys.argv[4:]: os.write(int(number), b"<html>")
print('{"content_type": "image/png", "size": [1, 1],'
    '"small_size": [1, 1], "is_animated": false}')""",
}


@pytest.mark.parametrize("name", FAILING)
def test_a_decoder_that_fails_costs_the_picture_only(db, child, name):
    child(FAILING[name])
    data = encoded(picture(), "PNG")
    blob = keep(io.BytesIO(data), "photo.png")
    assert (blob.kind, blob.small_size) == ("other", 0)
    assert stored(blob) == data
    assert pictures.draw_avatar(io.BytesIO(data)) is None


def test_a_child_that_hangs_is_ended_with_all_that_it_started(child, tmp_path):
    child(
        "import os, time\n"
        f"if not os.fork(): open({str(tmp_path / 'pid')!r}, 'w').write(str(os.getpid()))\n"
        "time.sleep(60)"
    )
    assert sandbox.run("draw", io.BytesIO(b"x"), "image/png", []) is None
    grandchild = int((tmp_path / "pid").read_text())
    deadline = time.monotonic() + 20
    while os.path.exists(f"/proc/{grandchild}") and time.monotonic() < deadline:  # noqa: PTH110
        time.sleep(0.01)
        state = open(f"/proc/{grandchild}/stat").read().split()[2]  # noqa: PTH123, SIM115
        if state == "Z":
            break
    else:
        assert not os.path.exists(f"/proc/{grandchild}")  # noqa: PTH110


def test_no_secret_is_in_the_environment_of_a_child(child, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "secret")
    monkeypatch.setenv("DATABASE_URL", "secret")
    monkeypatch.setenv("PYTHONPATH", "/tmp/secret")
    child("import json, os; print(json.dumps({'names': sorted(os.environ)}))")
    said = sandbox.run("draw", io.BytesIO(b"x"), "image/png", [])
    assert {*said["names"]} <= {*sandbox.ENVIRONMENT, "LC_CTYPE"}


def test_a_child_has_no_open_files_but_its_own(child):
    with open(os.devnull) as secret:  # noqa: PTH123
        os.set_inheritable(secret.fileno(), True)
        child("import json, os; print(json.dumps({'open': sorted(os.listdir('/proc/self/fd'))}))")
        said = sandbox.run("draw", io.BytesIO(b"x"), "image/png", [])
    assert {*said["open"]} <= {"0", "1", "2", "3"}  # 3: the listing itself


def test_the_limits_of_a_child_are_set():
    program = (
        "import resource, signal, sys; sys.path.insert(0, sys.argv[1]); import child;"
        "child.set_limits(12345);"
        "print([resource.getrlimit(getattr(resource, 'RLIMIT_' + name))[0]"
        " for name in ('AS', 'CPU', 'CORE', 'FSIZE')], signal.alarm(0))"
    )
    command = [sys.executable, "-I", "-c", program, str(sandbox.CHILD.parent)]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert said.strip() == f"[{400 * 1024**2}, 10, 0, 12345] 20"


def test_a_child_cannot_fill_the_disk(child):
    child(
        "import os, sys\nsys.path.insert(0, " + repr(str(sandbox.CHILD.parent)) + ")\n"
        "from child import set_limits\nset_limits(int(sys.argv[3]))\n"
        "try:\n  while True: os.write(1, b'x' * 4096)\nexcept OSError: os._exit(0)"
    )
    assert sandbox.run("draw", io.BytesIO(b"x"), "image/png", [], 20_000) is None


def test_a_picture_that_waits_too_long_for_others_is_a_file(db, monkeypatch):
    monkeypatch.setattr(pictures, "WAIT_SECONDS", 0.01)
    with pictures._turn:
        blob = keep(io.BytesIO(makers.jpeg()), "photo.jpg")
    assert (blob.kind, blob.small_size) == ("other", 0)
    assert makers.SECRET not in stored(blob)


def test_one_picture_is_drawn_at_a_time(monkeypatch):
    running, most = [], []

    def run(*arguments):
        running.append(1)
        most.append(len(running))
        time.sleep(0.02)
        running.pop()

    monkeypatch.setattr(sandbox, "run", run)
    data = encoded(picture(), "PNG")
    threads = [Thread(target=pictures.draw_avatar, args=[io.BytesIO(data)]) for _number in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1] * 5


def test_too_much_to_do_is_said(db, monkeypatch):
    monkeypatch.setattr(contents, "WAIT_SECONDS", 0.01)
    with contents._turn, pytest.raises(Exception, match="unavailable"):
        keep(io.BytesIO(makers.mp4()), "film.mp4")


def test_the_web_process_imports_no_decoder():
    program = (
        "import django, sys; django.setup(); import tertulia.asgi, files.actions;"
        "print([name for name in sys.modules if name.split('.')[0] == 'PIL'])"
    )
    paths = os.pathsep.join(map(str, ["site", "."]))
    environment = os.environ | {"PYTHONPATH": paths, "DJANGO_SETTINGS_MODULE": "tertulia.settings"}
    command = [sys.executable, "-c", program]
    said = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert said.stdout.splitlines()[-1:] == ["[]"], said.stderr


def test_a_zip_bomb_is_stored_and_never_opened(db, monkeypatch):
    monkeypatch.setattr(sandbox, "run", pytest.fail)
    data = b"PK\x03\x04" + ZEROS
    blob = keep(io.BytesIO(data), "a.zip")
    assert (blob.content_type, stored(blob)) == (kinds.UNKNOWN, data)
