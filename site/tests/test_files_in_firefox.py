"""Files in a real Firefox: pictures that are sent, and what it forgets at a logout."""

import io

import pytest
from PIL import Image

from .firefox import Firefox
from .test_writing_in_firefox import until

pytestmark = pytest.mark.browser
ENTER = "\ue007"
PICTURE = "#messages .message:last-child .files a:has(img)"
WIDTH = f"() => document.querySelector('{PICTURE} img').naturalWidth"
FETCHED = """async path => {
    const answer = await fetch(path, {cache: "force-cache"})
    return [answer.status, answer.redirected]
}"""
SHOWS = """path => new Promise(done => {
    const image = new Image
    image.onload = () => done(true), image.onerror = () => done(false)
    image.src = path
})"""


@pytest.fixture
def bruno(server, tmp_path):
    """Bruno's Firefox, with the Parlour open and live."""
    folder = tmp_path / "profile"
    folder.mkdir()
    firefox = Firefox(folder, javascript=True, mouse=True)
    firefox.log_in(server.url, "bruno")
    firefox.goto(f"{server.url}/rooms/parlour/")
    firefox.find("title[data-calls]")  # the script has run
    yield firefox
    firefox.quit()


@pytest.fixture
def photo():
    """A picture as Playwright chooses it."""
    content = io.BytesIO()
    Image.new("RGB", (1_600, 1_200), "teal").save(content, "PNG")
    return {"name": "terrace.png", "mimeType": "image/png", "buffer": content.getvalue()}


@pytest.fixture
def shown(bruno, person, photo):
    """The paths of a picture that Ana sends, and of its small one, once Firefox has drawn it."""
    ana = person("ana")
    ana.goto("/rooms/parlour/")
    ana.is_connected()
    ana.page.locator("#photos").set_input_files([photo])
    ana.page.locator("#picked > li").wait_for()
    ana.composer.press("Enter")
    bruno.find(f"{PICTURE}[href$='/terrace.png']")
    until(lambda: bruno.evaluate(WIDTH) > 1)
    find = "([a, img]) => [a.getAttribute('href'), img.getAttribute('src')]"
    return bruno.evaluate(
        f"() => ({find})([...document.querySelectorAll('{PICTURE}, {PICTURE} img')])"
    )


def test_a_picture_that_is_sent_is_seen_and_opens_in_its_size(bruno, shown, server):
    path, small = shown
    assert bruno.evaluate(WIDTH) < 1_600
    assert small.endswith("/small")
    bruno.goto(server.url + path)
    until(lambda: bruno.evaluate("() => document.images[0].naturalWidth") == 1_600)


def test_pictures_in_the_cache_are_not_shown_after_a_logout(bruno, shown, server):
    for path in shown:
        assert bruno.evaluate(FETCHED, path) == [200, False]
        assert bruno.evaluate(SHOWS, path)
    with bruno.new_page():
        bruno.evaluate(
            "() => document.querySelector(\"form[action='/accounts/logout/']\").submit()"
        )
    bruno.find("[name=login]")
    for path in shown:
        assert bruno.evaluate(FETCHED, path) == [200, True]  # the page to log in
        assert not bruno.evaluate(SHOWS, path)
        bruno.goto(server.url + path)
        bruno.find("[name=login]")
