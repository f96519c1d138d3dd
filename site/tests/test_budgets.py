"""The number of bytes that a visit transfers, as Chromium counts them."""

import gzip

import pytest

from .servers import ROOT

KIB = 1024
BUNDLE = ROOT / "site" / "static" / "tertulia.js"


def test_the_hand_written_script_is_small_in_all():
    # `make css` writes clock.js and chat.js, minified, to the last two lines of the bundle.
    clock, chat = BUNDLE.read_text().rstrip().split("\n")[-2:]
    assert clock == BUNDLE.with_name("clock.min.js").read_text().rstrip()
    assert len(gzip.compress(f"{clock}\n{chat}".encode())) <= 2 * KIB


ON_FIRST_USE = {file.name for file in BUNDLE.parent.glob("*.min.js")}
IN_ONE = ["complete.min.js", "switcher.min.js"]  # completion and the switcher have 1 KiB together


@pytest.mark.parametrize("name", sorted(ON_FIRST_USE - {"complete.min.js"}))
def test_each_file_that_loads_on_first_use_is_small(name):
    assert len(gzip.compress(BUNDLE.with_name(name).read_bytes())) <= KIB / 2


def test_completion_and_the_switcher_are_small_together():
    files = [BUNDLE.with_name(name) for name in IN_ONE if name in ON_FIRST_USE]
    assert len(gzip.compress(b"".join(file.read_bytes() for file in files))) <= KIB


def test_all_script_is_small():
    assert len(gzip.compress(BUNDLE.read_bytes())) <= 20 * KIB


@pytest.mark.browser
def test_a_first_visit_to_a_room_with_50_messages_is_light(person, record_property):
    bruno = person("bruno")
    parts = weigh(bruno, "/rooms/parlour/")
    assert bruno.bodies.count() == 50
    print(f"first visit: {sum(parts.values())} bytes", parts)
    record_property("first visit, bytes", sum(parts.values()))
    assert sum(parts.values()) <= 60 * KIB


def weigh(someone, path):
    """Open a page with an empty cache; return {address: bytes received, headers included}."""
    session = someone.context.new_cdp_session(someone.page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    addresses, parts = {}, {}
    session.on(
        "Network.requestWillBeSent",
        lambda event: addresses.update({event["requestId"]: event["request"]["url"]}),
    )
    session.on(
        "Network.loadingFinished",
        lambda event: parts.update(
            {addresses.get(event["requestId"]): int(event["encodedDataLength"])}
        ),
    )
    someone.goto(path)
    someone.is_connected()
    someone.page.wait_for_load_state("networkidle")
    return parts
