"""Measures files: memory and event loop during uploads and downloads, pictures, and their pages."""

import io
import os
import time
from contextlib import ExitStack
from statistics import median

from bench.pages import Visitor
from bench.systems.uploads import MIB, Member, Watch, at_once, unfinished

FILE = 50 * MIB - 1024
STRANGERS, FORM = 200, 900_000
SLOW_READERS, SLOW_SECONDS = 20, 4
PICTURES = 50
SIDES = (4_000, 3_000)  # 12 megapixels
FORMATS = ("JPEG", "PNG", "WebP")
WARM_UP = 5  # pages that are not measured


def measure(installation):
    """Yield (figure, value) of everything but pages."""
    room = installation.make_room(people=4)
    with installation.start(room) as target:
        members = [Member(target, cookie) for cookie in room["cookies"]]
        content = os.urandom(FILE)
        for count in (4, 1):  # warm up: threads and buffers stay
            at_once(Member.send, [(member, "a.bin", content[:MIB]) for member in members])
            with Watch(target) as watch:
                at_once(Member.send, [(each, "a.bin", content) for each in members[:count]])
            yield f"50 MB upload, {count} at once, MiB", watch.grown
            yield f"50 MB upload, {count} at once, loop held ms", watch.held
        yield from strangers(target)
        yield from downloads(target, members[0])
        for kind in FORMATS:
            yield f"12 MP {kind}, s to send", members[1].send(f"a.{kind.lower()}", picture(kind))


def strangers(target):
    with Watch(target) as watch, ExitStack() as stack:
        for connection in unfinished(target.port, STRANGERS, FORM):
            stack.enter_context(connection)
        time.sleep(1)
    yield f"{STRANGERS} unfinished forms, MiB", watch.grown


def downloads(target, member):
    address = member.addresses()[-1]
    with Watch(target) as watch:
        first, rate = member.read(address)
    yield "50 MB download, MiB", watch.grown
    yield "50 MB download, ms to the first byte", first * 1000
    yield "50 MB download, MB/s", rate / 1_000_000
    with Watch(target) as watch:
        at_once(member.read, [(address, 0.02, SLOW_SECONDS)] * SLOW_READERS)
    yield f"50 MB download, {SLOW_READERS} slow readers, MiB", watch.grown
    yield f"50 MB download, {SLOW_READERS} slow readers, loop held ms", watch.held


def picture(kind, sides=SIDES):
    """Return a picture as a camera makes them: soft shapes with noise, which compress badly."""
    from PIL import Image

    small = Image.frombytes("RGB", (100, 75), os.urandom(100 * 75 * 3))
    drawn = small.resize(sides, Image.Resampling.BICUBIC)
    file = io.BytesIO()
    drawn.save(file, kind, **({"compress_level": 1} if kind == "PNG" else {}))
    return file.getvalue()


def measure_page(installation, repetitions):
    """Return the time of a page of PICTURES pictures ÷ that of a page of as many texts."""
    plain, full = (installation.make_room(messages) for messages in (PICTURES, 0))
    times = ([], [])
    with installation.start(plain) as target:
        targets = [installation.target(target.process, target.port, room) for room in (plain, full)]
        sender, small = Member(targets[1], full["cookies"][0]), picture("JPEG", (400, 300))
        for _number in range(PICTURES):
            sender.send("a.jpg", small)
        visitors = [Visitor(target.port, each.cookies[1]) for each in targets]
        for repetition in range(WARM_UP + repetitions):
            for which in (0, 1) if repetition % 2 else (1, 0):
                times[which].append(visitors[which].visit(targets[which].page))
        for visitor in visitors:
            visitor.close()
    without, with_pictures = (median(samples[WARM_UP:]) for samples in times)
    return with_pictures / without
