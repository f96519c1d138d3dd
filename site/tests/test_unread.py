"""Coming back to 30, 80, 140 and 3,000 unread messages, in Chromium and Firefox."""

import re
import shutil
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import expect

from .firefox import Firefox
from .servers import Server

pytestmark = pytest.mark.browser

SEED = Path(__file__).with_name("seed_unread.py")
POSITIONS = "nodes => nodes.map(node => Number(node.dataset.position))"
IN_VIEW = """scroller => {
    const { top, bottom } = scroller.getBoundingClientRect()
    return [...scroller.querySelectorAll('.message')].filter((message) => {
        const box = message.getBoundingClientRect()
        return box.bottom > top && box.bottom < bottom + 1
    }).map((message) => Number(message.dataset.position))
}"""
TO_THE_END = "scroller => { scroller.scrollTop = 0 }"


@pytest.fixture(scope="module")
def with_unread(seeded, tmp_path_factory):
    folder = shutil.copytree(seeded, tmp_path_factory.mktemp("unread") / "seeded")
    server = Server(folder)
    server.python("manage.py", "shell", "--verbosity", "0", input=SEED.read_text())
    return folder


@pytest.fixture
def server(with_unread, tmp_path):
    """A server of each test's own: reading changes what is unread."""
    server = Server(shutil.copytree(with_unread, tmp_path / "server"))
    server.start()
    yield server
    server.stop()
    assert "Traceback" not in server.log.read_text(), server.log.read_text()


@pytest.fixture
def bruno(person):
    return person("bruno")


def pointer(server, room):
    """Return (Bruno's read position in a room, its last position)."""
    query = """SELECT last_read_position, last_position FROM rooms_membership
        JOIN rooms_room ON rooms_room.id = room_id JOIN users_user ON users_user.id = user_id
        WHERE username = 'bruno' AND slug = ?"""
    with closing(sqlite3.connect(server.log.with_name("database.sqlite3"), timeout=20)) as database:
        return database.execute(query, [room]).fetchone()


def wait_for(see, wanted, seconds=15):
    begun = time.monotonic()
    while (seen := see()) != wanted:
        assert time.monotonic() - begun < seconds, f"{seen} is not {wanted}"
        time.sleep(0.05)


def in_view(someone):
    return someone.page.locator("#scroller").evaluate(IN_VIEW)


def shown(someone):
    messages = someone.page.locator("#scroller .message").filter(visible=True)
    return messages.evaluate_all(POSITIONS)


@pytest.mark.parametrize("unread", [30, 80, 140, 3000])
def test_a_room_opens_at_the_line_with_a_few_read_messages_above(bruno, server, unread):
    bruno.goto(f"/rooms/unread-{unread}/")
    expect(bruno.page.locator("#new")).to_be_in_viewport()
    expect(bruno.page.locator("#new-bar")).to_contain_text(f"{unread} new")
    seen = in_view(bruno)
    assert 14 <= seen[0] < 20 < seen[-1] < 50
    assert seen == list(range(seen[0], seen[-1] + 1))


@pytest.mark.parametrize("unread", [30, 80, 3000])
def test_only_what_was_on_screen_counts_as_read(bruno, server, unread):
    room = f"unread-{unread}"
    bruno.goto(f"/rooms/{room}/")
    bruno.is_connected()
    last = in_view(bruno)[-1]
    wait_for(lambda: pointer(server, room)[0], last)
    bruno.page.locator("#scroller").hover()
    bruno.page.mouse.wheel(0, 120)
    wait_for(lambda: pointer(server, room)[0] > last, True)
    assert pointer(server, room)[0] <= last + 10 < unread + 20
    bruno.goto("/")
    mark = bruno.page.locator(f"#sidebar li:has(a[href='/rooms/{room}/']) .unread")
    expect(mark).to_contain_text(re.compile(r"\d"))


@pytest.mark.parametrize("unread", [80, 140])
def test_newer_messages_load_by_scrolling_until_the_page_is_live(bruno, person, server, unread):
    room, last = f"unread-{unread}", unread + 20
    bruno.goto(f"/rooms/{room}/")
    bruno.is_connected()
    bruno.page.evaluate("window.isTheSamePage = true")
    while bruno.page.locator("#messages[hidden]").count():
        end = shown(bruno)[-1]
        bruno.page.locator("#scroller").evaluate(TO_THE_END)
        wait_for(lambda end=end: end == last or shown(bruno)[-1] > end, True)
        assert end in in_view(bruno)
    bruno.page.locator("#scroller").evaluate(TO_THE_END)
    wait_for(lambda: pointer(server, room), (last, last))
    expect(bruno.page.locator("#new-bar")).to_have_count(0)
    ana = person("ana")
    ana.goto(f"/rooms/{room}/")
    ana.say("Are you back?")
    expect(bruno.message("Are you back?")).to_be_in_viewport()
    assert shown(bruno) == list(range(16, last + 2))
    assert bruno.page.evaluate("window.isTheSamePage")
    wait_for(lambda: pointer(server, room), (last + 1, last + 1))


def test_what_comes_while_one_reads_history_waits_below_and_is_counted(bruno, person, server):
    bruno.goto("/rooms/unread-80/")
    bruno.is_connected()
    before = shown(bruno), in_view(bruno)
    ana = person("ana")
    ana.goto("/rooms/unread-80/")
    ana.say("Something newer")
    expect(bruno.page.locator("#newest")).to_be_visible()
    expect(bruno.page.locator("#newer-count")).to_have_text("81")
    expect(bruno.page.locator("#newer-count")).to_be_visible()
    assert (shown(bruno), in_view(bruno)) == before


def test_jump_to_latest_shows_the_newest_and_leaves_the_rest_unread(bruno, server):
    bruno.goto("/rooms/unread-140/")
    bruno.is_connected()
    seen = in_view(bruno)[-1]
    wait_for(lambda: pointer(server, "unread-140")[0], seen)
    bruno.page.locator("#new-bar").get_by_text("Jump to latest").click()
    expect(bruno.message("Message number 160")).to_be_in_viewport()
    bruno.is_connected()
    assert pointer(server, "unread-140")[0] == seen
    bruno.page.locator("#new-bar button").click()
    wait_for(lambda: pointer(server, "unread-140"), (160, 160))
    expect(bruno.page.locator("#new-bar")).to_have_count(0)


def test_scrolled_up_in_a_live_room_the_way_down_says_how_many_are_new(bruno, person, server):
    bruno.goto("/rooms/unread-80/")
    bruno.page.locator("#new-bar button").click()
    expect(bruno.page.locator("#new-bar")).to_have_count(0)
    bruno.goto("/rooms/unread-80/")
    bruno.is_connected()
    newest = bruno.page.locator("#newest a")
    expect(newest).to_be_hidden()
    bruno.page.locator("#scroller").evaluate("scroller => { scroller.scrollTop = -400 }")
    expect(newest).to_be_visible()
    before = in_view(bruno)
    ana = person("ana")
    ana.goto("/rooms/unread-80/")
    ana.say("One more")
    expect(bruno.page.locator("#newer-count")).to_have_text("1")
    expect(bruno.page.locator("#newer-count")).to_be_visible()
    assert in_view(bruno) == before
    assert pointer(server, "unread-80") == (100, 101)
    newest.click()
    expect(bruno.message("One more")).to_be_in_viewport()
    wait_for(lambda: pointer(server, "unread-80"), (101, 101))


def test_a_tab_in_the_background_reads_nothing(bruno, server):
    # Chromium without a window does not hide the tabs behind another.
    bruno.page.add_init_script(
        "Object.defineProperty(document, 'hidden', { get: () => !window.isShown })"
    )
    bruno.goto("/rooms/unread-80/")
    bruno.is_connected()
    assert pointer(server, "unread-80")[0] == 20
    bruno.page.evaluate(
        "() => { isShown = true; document.dispatchEvent(new Event('visibilitychange')) }"
    )
    wait_for(lambda: pointer(server, "unread-80")[0], in_view(bruno)[-1])


def test_one_tab_at_the_end_does_not_read_what_another_marks_as_unread(bruno, person, server):
    bruno.goto("/rooms/unread-30/")
    bruno.is_connected()
    bruno.page.locator("#scroller").evaluate(TO_THE_END)
    wait_for(lambda: pointer(server, "unread-30"), (50, 50))
    address = bruno.message("Message number 40 of").locator("a[href^='/messages/']").first
    address = address.get_attribute("href")
    tab, bruno.page = bruno.page, bruno.new_page()
    bruno.goto(f"{address}unread/")
    bruno.page.locator("main form button").last.click()
    expect(bruno.page).to_have_url(f"{bruno.url}/unread/")
    expect(bruno.message("Message number 40 of 50")).to_be_visible()
    ana = person("ana")
    ana.goto("/rooms/unread-30/")
    ana.say("And one more")
    bruno.page = tab
    expect(bruno.message("And one more")).to_be_in_viewport()
    time.sleep(1.5)  # a report would be stored by now
    assert pointer(server, "unread-30") == (39, 51)


PREFETCH = """address => new Promise((resolve) => {
    const link = document.createElement('link')
    Object.assign(link, { rel: 'prefetch', href: address, onload: resolve, onerror: resolve })
    document.head.append(link)
})"""


def test_a_prefetch_reads_nothing(bruno, server):
    bruno.goto("/")
    for path in ("/rooms/unread-80/", "/rooms/unread-30/", "/unread/"):
        bruno.page.evaluate(PREFETCH, path)
    assert [pointer(server, f"unread-{n}")[0] for n in (80, 30)] == [20, 20]


def test_without_scripts_a_page_is_read_when_it_was_shown(person, server):
    bruno = person("bruno", javascript=False)
    bruno.page.goto(bruno.url + "/rooms/unread-80/")
    expect(bruno.page.locator("#new")).to_be_in_viewport()
    assert shown(bruno) == list(range(16, 66))
    assert pointer(server, "unread-80")[0] == 65
    bruno.page.locator("#newer a").click()
    assert shown(bruno) == list(range(66, 101))
    expect(bruno.message("Message number 66 of")).to_be_in_viewport()
    wait_for(lambda: pointer(server, "unread-80")[0], 100)


def test_without_scripts_few_unread_messages_come_in_the_live_frame(person, server):
    bruno = person("bruno", javascript=False)
    bruno.goto("/rooms/unread-30/")
    frame = bruno.page.frame_locator("#live")
    expect(frame.locator("#new")).to_be_in_viewport()
    wait_for(lambda: pointer(server, "unread-30")[0], 50)


@pytest.fixture(params=["with scripts", "without scripts"])
def firefox(request, server, tmp_path):
    """Firefox in which Bruno is logged in."""
    (tmp_path / "firefox").mkdir()
    firefox = Firefox(tmp_path / "firefox", javascript=request.param == "with scripts")
    firefox.has_scripts = request.param == "with scripts"
    firefox.log_in(server.url, "bruno")
    firefox.find("#sidebar")
    yield firefox
    firefox.quit()


@pytest.mark.parametrize("unread", [80, 3000])
def test_in_firefox_a_room_opens_at_the_line_and_is_read_from_there(firefox, server, unread):
    room, last = f"unread-{unread}", unread + 20
    firefox.goto(f"{server.url}/rooms/{room}/")
    wait_for(lambda: 40 < firefox.rectangle("#new")["y"] < 500, True)
    if not firefox.has_scripts:
        wait_for(lambda: pointer(server, room)[0], 65)
        with firefox.new_page():
            firefox.click("#newer a")
        wait_for(lambda: pointer(server, room)[0], min(115, last))
        return
    wait_for(lambda: 20 < pointer(server, room)[0] < 45, True)
    firefox.evaluate("() => { document.querySelector('#scroller').scrollTop = 0 }")
    wait_for(lambda: pointer(server, room)[0] >= 65, True)
    wait_for(lambda: len(firefox.texts("#scroller .message")) > 50, True)
