"""Adding a passkey and logging in with it, in real Chromium with a virtual authenticator.

Browsers offer passkeys on localhost and over TLS only, so these tests use that name.
"""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def enter(visitor, server):
    """Return a function that logs a user in at localhost, in a browser with an authenticator."""

    def entered(name):
        server.url = server.url.replace("127.0.0.1", "localhost")
        someone = visitor(name, server)
        devices = someone.context.new_cdp_session(someone.page)
        devices.send("WebAuthn.enable")
        devices.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
        someone.log_in()
        return someone

    return entered


def add_passkey(someone, alone):
    page = someone.page
    page.goto(f"{someone.url}/accounts/2fa/webauthn/add/")
    page.fill("[name=password]", "correct horse")
    page.click("#main form button")
    page.fill("[name=name]", "My laptop")
    if alone:
        page.check("[name=passwordless]")
    page.click("#passkey-button")
    expect(page.locator("#codes code")).to_have_count(10)
    page.goto(f"{someone.url}/accounts/2fa/webauthn/")
    expect(page.locator(".list-row bdi")).to_have_text("My laptop")
    page.goto(f"{someone.url}/accounts/logout/")
    page.click("#main form button")


def test_a_passkey_is_asked_for_after_the_password(enter):
    bruno = enter("bruno")
    add_passkey(bruno, alone=False)
    bruno.page.goto(f"{bruno.url}/accounts/login/")
    bruno.page.fill("[name=login]", "bruno")
    bruno.page.fill("[name=password]", "correct horse")
    bruno.page.click("button:text-is('Log in')")
    bruno.page.click("#passkey-button")
    expect(bruno.page.locator("#sidebar")).to_be_attached()


def test_a_passkey_is_enough_alone_where_it_was_made_so(enter):
    eve = enter("eve")
    add_passkey(eve, alone=True)
    eve.page.goto(f"{eve.url}/accounts/login/")
    eve.page.click("#passkey-button")
    expect(eve.page.locator("#sidebar")).to_be_attached()


def test_a_browser_without_scripts_says_what_a_passkey_needs(visitor, server):
    page = visitor("eve", server, javascript=False).page
    page.goto(f"{server.url}/accounts/login/")
    expect(page.locator("noscript p")).to_have_text("Passkeys need JavaScript.")
    page.click("#passkey-button")
    expect(page.locator(".alert")).not_to_be_empty()
    expect(page.locator("[name=password]")).to_be_visible()
