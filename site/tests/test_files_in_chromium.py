"""Files in a real Chromium: what it shows, what it never runs, what it forgets at a logout."""

import time
from pathlib import Path

import pytest
from playwright.sync_api import expect

SEED = Path(__file__).with_name("seed_sounds.py")


@pytest.fixture(scope="module")
def server(server):
    server.python("manage.py", "shell", "--verbosity", "0", input=SEED.read_text())
    return server


@pytest.fixture
def bruno(person):
    """Bruno in the Library, where the files are."""
    bruno = person("bruno")
    bruno.goto("/rooms/library/")
    return bruno


def address(someone, name):
    found = "(all, name) => all.map(a => a.getAttribute('href')).find(a => a.endsWith(name))"
    return someone.page.eval_on_selector_all(".files a", found, name)


PLAYED = """async path => {
    const sound = new Audio(path)
    const heard = name => new Promise((done, fail) => {
        sound.addEventListener(name, done)
        sound.addEventListener("error", fail)
    })
    sound.preload = "metadata"
    sound.load()
    await heard("loadedmetadata")
    sound.currentTime = 35
    await heard("seeked")
    return [Math.round(sound.duration), Math.round(sound.currentTime)]
}"""
LOADED = """([kind, path]) => new Promise(done => {
    const made = document.createElement(kind)
    made.onload = () => done("loaded"), made.onerror = () => done("refused")
    made.rel = "stylesheet"
    made[kind === "link" ? "href" : kind === "object" ? "data" : "src"] = path
    document.body.append(made)
})"""
WORKER = """path => new Promise(done => {
    try { new Worker(path).onerror = () => done("refused") } catch { done("refused") }
    setTimeout(() => done("runs"), 3000)
})"""


def test_a_sound_is_played_from_the_middle_by_ranges(bruno):
    assert bruno.page.evaluate(PLAYED, address(bruno, "sound.wav")) == [40, 35]


def test_a_sound_in_a_tab_of_its_own_can_be_played(bruno):
    bruno.goto(address(bruno, "sound.wav"))
    film = bruno.page.locator("video, audio")
    # Asked again from outside: in a page that runs no script, `wait_for_function` waits for ever.
    until = time.monotonic() + 20
    while not film.evaluate("film => film.readyState > 0"):
        assert time.monotonic() < until


def test_a_text_is_shown_as_text(bruno):
    bruno.goto(address(bruno, "page.txt"))
    assert bruno.page.evaluate("document.contentType") == "text/plain"
    assert bruno.page.text_content("body") == "<b>¡Hola!</b>"


def test_a_picture_is_shown_in_a_tab_of_its_own(bruno):
    bruno.forgive("inline style")  # with which Chromium would centre it
    bruno.goto(address(bruno, "photo.png"))
    assert bruno.page.evaluate("document.images[0].naturalWidth") == 1


@pytest.mark.parametrize("kind", ["script", "link"])
@pytest.mark.parametrize("name", ["evil.js", "evil.css"])
def test_a_file_is_never_a_script_or_a_style(bruno, kind, name):
    bruno.forgive("MIME type", "Failed to load")
    assert bruno.page.evaluate(LOADED, [kind, address(bruno, name)]) == "refused"
    assert bruno.page.title() != "pwned"
    assert bruno.page.locator("body").is_visible()


def test_a_file_is_never_a_worker(bruno):
    bruno.forgive("MIME type", "Failed to load", "Worker")
    assert bruno.page.evaluate(WORKER, address(bruno, "evil.js")) == "refused"


FETCHED = """async path => {
    const answer = await fetch(path, {cache: "force-cache"})
    return [answer.status, answer.redirected]
}"""


def test_a_picture_in_the_cache_is_not_shown_after_a_logout_or_to_the_next_person(bruno, server):
    path = address(bruno, "photo.png")
    bruno.forgive("404")
    assert bruno.page.evaluate(FETCHED, path) == [200, False]
    bruno.context.clear_cookies()
    bruno.goto("/accounts/login/")
    assert bruno.page.evaluate(FETCHED, path) == [200, True]  # the login page
    bruno.goto(path)
    assert "/accounts/login/" in bruno.page.url
    server.sessions.pop("bruno", None)


def test_the_back_button_after_a_logout_shows_no_file(bruno, server):
    path, room = address(bruno, "photo.png"), bruno.page.url
    bruno.forgive("inline style", "404")
    bruno.goto(path)
    bruno.page.goto(room, wait_until="domcontentloaded")
    bruno.page.locator("form[action='/accounts/logout/'] button").first.click()
    expect(bruno.page.locator("[name=login]")).to_be_visible()
    server.sessions.pop("bruno", None)
    for _step in range(3):
        bruno.page.go_back(wait_until="domcontentloaded")
        expect(bruno.page.locator("[name=login]")).to_be_visible()
        expect(bruno.page.locator(".files")).to_have_count(0)
        assert bruno.page.evaluate(FETCHED, path) == [200, True]  # the login page
