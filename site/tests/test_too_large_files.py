"""Files that are too large together are refused where they were chosen, with the text kept."""

import shutil

import pytest
from playwright.sync_api import expect

from .conftest import running
from .firefox import Firefox
from .servers import Server
from .terminals import W3m

pytestmark = pytest.mark.browser

WORDS = "Words that took an hour"
TOO_LARGE = "The files of a message can have 1.0\xa0MB together."


@pytest.fixture(scope="module")
def server(seeded, tmp_path_factory):
    """A server on which a file can have one megabyte."""
    folder = shutil.copytree(seeded, tmp_path_factory.mktemp("server") / "of-its-own")
    yield from running(Server(folder, FILES_LIMIT="1"))


@pytest.fixture
def megabytes():
    return 3  # w3m writes a byte at a time: thirty take it half a minute


@pytest.fixture
def file(megabytes, tmp_path):
    path = tmp_path / "film.mov"
    path.write_bytes(bytes(megabytes * 1024 * 1024))
    return str(path)


@pytest.mark.parametrize("megabytes", [3, 30])
def test_in_chromium_without_scripts_the_composer_says_so_and_keeps_the_text(person, meet, file):
    ana = person("ana", javascript=False)
    ana.forgive("status of 413")
    room = meet(ana)
    frame = ana.page.frame_locator("iframe[src*='/compose/']")
    for composer in (frame, ana.page):
        if composer is ana.page:
            ana.read_plainly(room)
            ana.goto(room)
        composer.locator("#body").fill(WORDS)
        composer.locator("details.attach summary").click()
        composer.locator("#files").set_input_files(file)
        composer.locator("#compose .send").click()
        expect(composer.locator("#files-errors")).to_contain_text(TOO_LARGE)
        expect(composer.locator("#files-errors")).to_be_visible()
        expect(composer.locator("#body")).to_have_value(WORDS)
        composer.locator("#compose .send").click()
        expect(composer.locator("#body")).to_have_value("")


@pytest.mark.parametrize("megabytes", [3, 30])
def test_in_firefox_without_scripts_too(server, person, meet, tmp_path_factory, file):
    room = meet(person("ana"))
    firefox = Firefox(tmp_path_factory.mktemp("firefox"))
    try:
        firefox.log_in(server.url, "ana", room)
        firefox.enter_frame("iframe[src*='/compose/']")
        firefox.fill("#body", WORDS)
        firefox.click("details.attach summary")
        firefox.fill("#files", file)
        firefox.click("#compose .send")
        [said] = firefox.texts("#files-errors:not(:empty)")
        assert said.startswith(TOO_LARGE.replace("\xa0", " "))
        assert firefox.value("#body") == WORDS
    finally:
        firefox.quit()


def test_in_w3m_too(server, person, meet, terminal, file):
    room = meet(person("ana"))
    w3m = terminal(W3m)
    w3m.log_in(server.url, "ana", room)
    w3m.shows(r"Message \[")
    w3m.fill_area(r"Message \[", WORDS)
    w3m.fill(r"Files \[", file, prompt="Filename")
    w3m.follow("^Send$")
    w3m.shows("The files of a message can have")
    w3m.shows(WORDS)
