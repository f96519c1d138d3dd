"""The service worker in real Chromium: what a push shows, and what a click on it opens."""

import pytest

from .pushing import Worker

pytestmark = pytest.mark.browser


@pytest.fixture
def worker(person):
    ana = person("ana")
    worker = Worker(ana)
    ana.goto("/rooms/library/")
    worker.start()
    return worker


def about(page, **options):
    notification = {"title": "Library", "body": "bruno: hello", "navigate": page, **options}
    return {"web_push": 8030, "notification": notification, "app_badge": 3}


def test_a_push_is_shown_as_it_says(worker):
    worker.push(about("/rooms/library/?around=1#message-1", tag="room"))
    shown = worker.shown()
    assert (shown["title"], shown["body"], shown["tag"]) == ("Library", "bruno: hello", "room")
    titles = "(await registration.getNotifications()).map(({ title }) => title)"
    assert worker.evaluate(f"async () => {titles}") == ["Library"]


GARBAGE = [
    "",
    "no JSON",
    "null",
    "7",
    "[]",
    '"text"',
    "{}",
    '{"notification": null}',
    '{"notification": 5}',
    '{"notification": {}}',
    '{"notification": {"title": ""}}',
    '{"notification": {"title": "x", "dir": "up"}}',
    '{"notification": {"title": "x", "renotify": true}}',
    '{"notification": {"title": "x", "actions": 5}}',
    '{"notification": {"title": "x", "navigate": "http://["}, "app_badge": "many"}',
    '{"notification": {"title": "x", "navigate": {}}, "app_badge": -1}',
]


def test_a_push_shows_something_even_for_garbage(worker):
    """Case 39: pushes that show nothing end the subscription in some browsers."""
    host = worker.person.url.removeprefix("http://")
    for content in GARBAGE:
        worker.push(content)
        shown = worker.shown()
        assert shown["title"] in {host, "x"}, content
        _close, opened = worker.click()
        assert opened.startswith(f"{worker.person.url}/"), content


OWN = ["/rooms/den/?around=2#message-2", "{origin}/messages/2/", "/rooms/../later/"]
OF_OTHERS = [
    "https://evil.example/",
    "//evil.example/rooms/library/",
    "\\\\evil.example/",
    "{origin}.evil.example/",
    "{origin}@evil.example/",
    "http://ana@{host}/rooms/library/",
    "javascript:alert(1)",
    "data:text/html,x",
    "blob:{origin}/1",
    "file:///etc/passwd",
]


def test_a_click_opens_only_pages_of_this_site(worker):
    """Case 39: `navigate` is checked."""
    origin = worker.person.url
    host = origin.removeprefix("http://")
    for address in [*OWN, *OF_OTHERS]:
        worker.push(about(address.format(origin=origin, host=host)))
        worker.shown()
        _close, opened = worker.click()
        assert opened.startswith(f"{origin}/"), address
        assert address in OWN or opened == f"{origin}/", address


def test_a_click_goes_on_in_the_page_that_shows_the_room(worker):
    page, origin = worker.page, worker.person.url
    page.reload()  # now the worker controls it
    page.wait_for_function("navigator.serviceWorker.controller")
    worker.push(about("/rooms/library/?around=1#message-1"))
    worker.shown()
    assert worker.click() == ["close", "focus", f"go to {origin}/rooms/library/?around=1#message-1"]
    worker.push(about("/rooms/"))
    worker.shown()
    assert worker.click() == ["close", f"{origin}/rooms/"]


def test_the_worker_never_stands_between_a_page_and_the_server(worker):
    """It has no fetch handler, so it can never show an old page."""
    worker.page.reload()
    worker.page.wait_for_function("navigator.serviceWorker.controller")
    with worker.page.expect_response("**/rooms/library/") as response:
        worker.page.reload()
    assert not response.value.from_service_worker


def test_chromium_can_install_the_site(worker):
    manifest = worker.devtools.send("Page.getAppManifest")
    assert manifest["errors"] == []
    assert manifest["url"] == f"{worker.person.url}/manifest.webmanifest"
    errors = worker.devtools.send("Page.getInstallabilityErrors")["installabilityErrors"]
    # The test's browser keeps nothing.
    assert [error["errorId"] for error in errors] == ["in-incognito"]
