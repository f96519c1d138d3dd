"""Without scripts, messages of a room arrive by themselves in Chromium and Firefox."""

import shutil
import time
from contextlib import suppress

import pytest
from playwright.sync_api import Error

from .firefox import Firefox

pytestmark = pytest.mark.browser

ALERT_SECONDS = 30  # a pulse every 15 seconds, the alert 22 seconds after the last
LIFE_SECONDS = 60
FROM_ABOVE = """elements => elements
    .map(element => [element.getBoundingClientRect().top, element.innerText.trim()])
    .sort((one, other) => one[0] - other[0])
    .map(([, text]) => text)"""


class InChromium:
    """A user of Chromium without scripts; `person` is their Person."""

    def __init__(self, person):
        person.forgive("ERR_")  # Chromium's errors while the server is down
        self.person = person
        self.page = person.page
        self.log = self.page.frame_locator("#live")
        self.composer = self.page.frame_locator("#live-compose")

    def enter(self, name):
        self.person.goto("/")
        form = self.page.locator("form[action='/rooms/']").first
        form.locator("[name=name]").fill(name)
        form.locator("[name=name]").press("Enter", no_wait_after=True)
        self.page.wait_for_url("**/rooms/*/", wait_until="commit")
        self.path = self.page.url.removeprefix(self.person.url)

    def say(self, text):
        self.composer.locator("#body").fill(text)
        self.composer.locator(".send").click()

    def press(self, letter):
        self.page.keyboard.press(letter)

    def typed(self):
        return self.composer.locator("#body").input_value()

    def bodies(self):
        return self.shown("#messages .message-body")

    def people(self):
        return self.shown("#people li")

    def copies(self):
        return self.log.locator("[data-copy^=message]").count()

    def alerts(self):
        return self.shown("#stopped, #ended")

    def shown(self, selector):
        """Return the texts of the visible elements, from top to bottom, at one moment.

        Raise LookupError while the page is being replaced.
        """
        try:
            return self.log.locator(selector).filter(visible=True).evaluate_all(FROM_ABOVE)
        except Error as error:
            raise LookupError from error

    def start_again(self):
        self.log.locator("#stopped a").click(no_wait_after=True)

    def change(self, text, control):
        """Follow a control of a message in the iframe to its page."""
        message = self.log.locator(".message", has_text=text).filter(visible=True)
        message.hover()
        message.get_by_text(control, exact=True).click(no_wait_after=True)
        self.page.wait_for_url(f"**/{control.lower()}/")

    def save(self, text=None):
        form = self.page.locator("main form:has(.button-primary, .button-danger)")
        if text is not None:
            form.locator("[name=body]").fill(text)
        form.locator("button").first.click(no_wait_after=True)
        self.page.wait_for_url("**/rooms/**", wait_until="commit")
        self.page.goto(self.person.url + self.path, wait_until="commit")


class InFirefox:
    """A user of Firefox without scripts."""

    def __init__(self, firefox, name, url):
        self.firefox = firefox
        self.home = url
        firefox.log_in(url, name)
        firefox.find("#sidebar")

    def enter(self, name):
        self.firefox.goto(f"{self.home}/")
        self.firefox.fill("form[action='/rooms/'] [name=name]", name)
        with self.firefox.new_page():
            self.firefox.click("form[action='/rooms/'] button")
        self.firefox.find("#live")

    def say(self, text):
        self.firefox.enter_frame("#live-compose")
        self.firefox.fill("#body", text)
        self.firefox.click("#compose .send")

    def press(self, letter):
        self.firefox.leave_frames()
        self.firefox.press(letter)

    def typed(self):
        self.firefox.enter_frame("#live-compose")
        return self.firefox.value("#body")

    def bodies(self):
        self.firefox.enter_frame("#live")
        return self.firefox.texts("#messages .message-body")

    def people(self):
        self.firefox.enter_frame("#live")
        return self.firefox.texts("#people li")

    def copies(self):
        self.firefox.enter_frame("#live")
        return len(self.firefox.texts("[data-copy^=message]"))

    def alerts(self):
        self.firefox.enter_frame("#live")
        return self.firefox.texts("#stopped, #ended")


@pytest.fixture(scope="module")
def firefox(tmp_path_factory):
    assert shutil.which("firefox-esr"), "These tests drive Firefox: make test installs it."
    firefox = Firefox(tmp_path_factory.mktemp("firefox"))
    yield firefox
    firefox.quit()


@pytest.fixture(scope="module")
def bruno(firefox, server):
    return InFirefox(firefox, "bruno", server.url)


@pytest.fixture
def ana(person):
    return InChromium(person("ana", javascript=False))


@pytest.fixture
def room(ana, bruno, request):
    """The name of a new room with both users in it."""
    name = f"Room {request.node.name[-40:]}"
    for someone in (ana, bruno):
        someone.enter(name)
    for someone in (ana, bruno):
        wait_for(lambda someone=someone: someone.people(), ["ana", "bruno"])
    return name


def wait_for(see, wanted=True, seconds=30):
    """Wait until `see()` returns the wanted value; return the seconds that it took."""
    begun = time.monotonic()
    seen = None
    while seen != wanted:
        assert time.monotonic() - begun < seconds, f"{seen} is not {wanted}"
        with suppress(LookupError):  # the page is being replaced
            seen = see()
        time.sleep(0.05)
    return time.monotonic() - begun


def test_a_message_comes_by_itself_within_a_second(room, ana, bruno):
    told = []
    for number, (author, reader) in enumerate([(ana, bruno), (bruno, ana)] * 3):
        author.say(f"message {number}")
        told.append(sees(reader, *(f"message {n}" for n in range(number + 1))))
    print("seconds until the other saw it:", *(f"{seconds:.2f}" for seconds in told))
    assert min(told[::2]) < 1
    assert min(told[1::2]) < 1


def test_after_sending_the_field_is_empty_and_has_the_keyboard(room, ana, bruno):
    for someone, said in ((ana, ["sent"]), (bruno, ["sent", "sent"])):
        someone.say("sent")
        sees(someone, *said)
        wait_for(someone.typed, "")  # its own iframe, which may update after the message
        someone.press("x")
        assert someone.typed() == "x"


def test_sending_does_not_reload_the_messages(room, ana, bruno):
    ana.say("one")
    sees(ana, "one")
    ana.say("two")
    sees(ana, "one", "two")
    assert ana.copies() == 2  # both arrived on the open page


def test_edits_and_deletions_show_in_their_place(room, ana, bruno):
    ana.say("one")
    sees(bruno, "one")
    ana.say("two")
    sees(bruno, "one", "two")
    ana.change("one", "Edit")
    ana.save("eins")
    sees(bruno, "eins", "two")
    ana.change("eins", "Delete")
    ana.save()
    sees(bruno, "This message was deleted.", "two")
    sees(ana, "This message was deleted.", "two")


def test_a_stream_that_ends_by_itself_comes_back_without_a_gap(room, ana, bruno):
    ana.say("before")
    for someone in (ana, bruno):
        sees(someone, "before")
        wait_for(someone.copies, 1)
    for someone in (ana, bruno):
        wait_for(someone.copies, 0, LIFE_SECONDS)
    ana.say("after")
    for someone in (ana, bruno):
        sees(someone, "before", "after")


def test_both_come_back_by_themselves_after_a_restart_with_nothing_missing(
    room, ana, bruno, server
):
    ana.say("before")
    sees(bruno, "before")
    post = poster(server, room, "meanwhile")
    server.stop()
    for someone in (ana, bruno):
        wait_for(lambda who=someone: len(who.alerts()), 1)
    post()
    server.start()
    for someone in (ana, bruno):
        sees(someone, "before", "meanwhile")


def test_an_alert_says_that_a_server_has_fallen_silent(room, ana, bruno, server):
    ana.say("before")
    sees(bruno, "before")
    post = poster(server, room, "meanwhile")
    server.kill()
    for someone in (ana, bruno):
        wait_for(lambda who=someone: len(who.alerts()), 1, ALERT_SECONDS)
    post()
    server.start()
    ana.start_again()
    sees(ana, "before", "meanwhile")
    sees(bruno, "before", "meanwhile", seconds=40)  # Firefox retries by itself


def test_an_alert_shows_where_nothing_may_move(person, server):
    still = person("ana", javascript=False)
    still.forgive("ERR_")
    still.page.emulate_media(reduced_motion="reduce")
    still.page.goto(f"{server.url}/rooms/parlour/live/", wait_until="commit")
    alert = still.page.locator("#stopped")
    wait_for(still.page.locator(".message").last.is_visible)
    # Nothing is rendered before the stylesheet has loaded.
    wait_for(lambda: still.page.evaluate("[...document.styleSheets].some(sheet => sheet.href)"))
    assert not alert.is_visible()
    server.freeze()
    wait_for(alert.is_visible, seconds=ALERT_SECONDS)
    server.thaw()
    wait_for(alert.is_visible, False)


def sees(someone, *texts, seconds=30):
    """Wait until the log shows exactly these texts, in this order."""
    return wait_for(someone.bodies, list(texts), seconds)


def poster(server, room, text):
    """Start a process that can post through the database, without a server, and needs no time to.

    Return the function that posts.
    """
    process = server.converse(
        "from messaging.message.actions import post_message; from rooms.models import Room;"
        "from users.models import User; from secrets import token_hex; print('ready', flush=True);"
        "input();"
        f"post_message(Room.objects.get(name={room!r}), User.objects.get(username='ana'),"
        f" {text!r}, token_hex(8))"
    )
    assert process.stdout.readline() == "ready\n"

    def post():
        process.communicate("now\n")
        assert process.returncode == 0

    return post
