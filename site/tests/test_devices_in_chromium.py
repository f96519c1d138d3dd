"""The button "Notify me on this device" in Chromium, whose push service the tests play."""

import shutil

import pytest
from playwright.sync_api import expect

from .conftest import running
from .servers import Server

pytestmark = pytest.mark.browser

# A subscription as a browser has it, with real keys; each visit finds the one of this profile.
PUSH_SERVICE = """
const encode = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)))
  .replace(/\\+/g, '-').replace(/\\//g, '_').replace(/=+$/, '')
const stored = () => JSON.parse(sessionStorage.subscribed ?? 'null')
const asBrowser = (kept) => kept && {
  toJSON: () => kept,
  unsubscribe: async () => { delete sessionStorage.subscribed; return true },
}
PushManager.prototype.getSubscription = async () => asBrowser(stored())
PushManager.prototype.subscribe = async ({ userVisibleOnly, applicationServerKey }) => {
  if (!userVisibleOnly || applicationServerKey.length != 87) throw Error('refused')
  if (await Notification.requestPermission() != 'granted') throw Error('not allowed')
  if (stored()) return asBrowser(stored())
  const usage = ['deriveBits'], curve = { name: 'ECDH', namedCurve: 'P-256' }
  const { publicKey } = await crypto.subtle.generateKey(curve, true, usage)
  const point = await crypto.subtle.exportKey('raw', publicKey)
  const auth = crypto.getRandomValues(new Uint8Array(16))
  const number = localStorage.subscriptions = +(localStorage.subscriptions ?? 0) + 1
  sessionStorage.subscribed = JSON.stringify({
    endpoint: 'https://push.example/' + number + encode(auth),
    keys: { p256dh: encode(point), auth: encode(auth) },
  })
  return asBrowser(stored())
}
"""


@pytest.fixture(scope="module")
def server(seeded, tmp_path_factory):
    """A server that may send pushes."""
    folder = shutil.copytree(seeded, tmp_path_factory.mktemp("server") / "of-its-own")
    yield from running(Server(folder, SITE_URL="https://chat.example"))


@pytest.fixture
def ana(person):
    ana = person("ana")
    ana.context.grant_permissions(["notifications"])
    ana.context.add_init_script(PUSH_SERVICE)
    yield ana
    ana.goto("/notifications/")
    for button in ana.page.get_by_role("button", name="Forget").all():
        button.click()


def rows(someone):
    return someone.page.locator("#devices .list > li")


def add(someone):
    someone.goto("/notifications/")
    someone.page.get_by_role("button", name="Notify me on this device").click()
    expect(rows(someone)).to_have_count(1)


def test_the_button_adds_this_device_and_forget_ends_it(ana):
    add(ana)
    expect(rows(ana)).to_contain_text("Chrome on Linux")
    expect(rows(ana).locator(".badge")).to_have_text("this device")
    expect(ana.page.get_by_text("This device notifies you from now on.")).to_be_visible()
    expect(ana.page.get_by_label("Show a desktop notification")).to_be_hidden()
    rows(ana).get_by_role("button", name="Forget").click()
    expect(rows(ana)).to_have_count(0)
    expect(ana.page.get_by_role("button", name="Notify me on this device")).to_be_visible()
    ana.page.wait_for_function("() => !sessionStorage.subscribed")


def test_a_visit_renews_the_address_that_the_browser_has_now(ana):
    """Push services end addresses, and give browsers new ones without a word."""
    add(ana)
    ana.page.evaluate("delete sessionStorage.subscribed")
    with ana.page.expect_response("**/notifications/devices/") as answer:
        ana.page.reload()
    assert answer.value.status == 204
    ana.page.reload()
    expect(rows(ana)).to_have_count(1)


def test_desktop_notifications_end_where_pushes_come(ana):
    """Or each call would be shown twice."""
    ana.goto("/notifications/")
    ana.page.get_by_label("Show a desktop notification").check()
    add(ana)
    assert ana.page.evaluate("localStorage.desktop") is None


def test_a_browser_that_blocks_notifications_says_so(ana):
    ana.page.add_init_script(
        "PushManager.prototype.subscribe = async () => { throw Error('not allowed') };"
        "Object.defineProperty(Notification, 'permission', { get: () => 'denied' })"
    )
    ana.goto("/notifications/")
    ana.page.get_by_role("button", name="Notify me on this device").click()
    expect(ana.page.locator("#subscribe-status")).to_contain_text("blocks notifications")


def test_a_browser_without_pushes_says_so(ana):
    ana.page.add_init_script("delete globalThis.PushManager")
    ana.goto("/notifications/")
    expect(ana.page.locator("#subscribe-status")).to_contain_text("cannot notify you")
    expect(ana.page.get_by_role("button", name="Notify me on this device")).to_be_hidden()


def test_without_scripts_the_page_says_what_it_needs(person, ana):
    add(ana)
    plain = person("ana", javascript=False)
    plain.goto("/notifications/")
    expect(plain.page.locator("main noscript p")).to_be_visible()
    expect(plain.page.get_by_role("button", name="Notify me on this device")).to_be_hidden()
    rows(plain).get_by_role("button", name="Forget").click()
    expect(rows(plain)).to_have_count(0)


def test_a_call_is_on_the_icon_of_the_app_and_reading_it_takes_it_off(ana, person, meet):
    """Case 42: at once on the device where it is read."""
    ana.context.add_init_script(
        "navigator.setAppBadge = async (number) => { window.badge = number }"
    )
    bruno = person("bruno")
    den = meet(ana, bruno)
    bruno.is_connected()
    ana.goto("/rooms/library/")
    ana.is_connected()
    ana.page.wait_for_function("() => window.badge === 0")
    bruno.say("are you there, @ana?")
    ana.page.wait_for_function("() => window.badge === 1")
    other = ana.new_page()
    other.goto(ana.url + den)
    ana.page.wait_for_function("() => window.badge === 0")
