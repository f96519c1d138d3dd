"""Uploads that a server or a proxy refuses, in real Chromium: the text and the files stay."""

import contextlib
import socket

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

WORDS = "Words that took an hour"
PROXY_PAGE = "<html><head><title>{0}</title></head><body><h1>{0}</h1><hr>nginx</body></html>"
NOTE = {"name": "note.txt", "mimeType": "", "buffer": bytes(2_000_000)}


@pytest.fixture
def ana(person, meet):
    """Ana in a new room, with a text and a file in the composer."""
    ana = person("ana")
    ana.forgive("Failed to load", "htmx:error", "htmx:response:error", "status of")
    meet(ana)
    ana.is_connected()
    ana.attach(NOTE)
    expect(ana.page.locator("#picked > li")).to_have_count(1)
    ana.composer.fill(WORDS)
    return ana


def keeps_everything(ana):
    """Wait until the composer has the text and the file, and nothing of them is in the room."""
    expect(ana.composer).to_have_value(WORDS)
    expect(ana.page.locator("#picked bdi")).to_have_text(["note.txt"])
    expect(ana.page.locator("#messages .message")).to_have_count(0)
    expect(ana.page.locator("h1", has_text="nginx")).to_have_count(0)


def is_sent(ana):
    expect(ana.page.locator("#messages .files a[href$='/note.txt']")).to_have_count(1)
    ana.sees(WORDS)
    expect(ana.composer).to_have_value("")
    expect(ana.page.locator("#picked > li")).to_have_count(0)


@pytest.mark.parametrize("status", [403, 413, 429, 500, 502, 503, 504])
def test_the_page_of_a_proxy_is_a_sentence_with_a_retry(ana, status):
    refusal = {"status": status, "content_type": "text/html", "body": PROXY_PAGE.format(status)}
    ana.page.route("**/messages/", lambda route: route.fulfill(**refusal))
    ana.composer.press("Enter")
    expect(ana.page.locator("#upload")).to_contain_text("Not sent")
    keeps_everything(ana)
    ana.page.unroute("**/messages/")
    ana.page.get_by_role("button", name="Retry").click()
    is_sent(ana)


def test_a_fourth_upload_at_once_is_said_and_can_be_sent_later(ana, server):
    with contextlib.ExitStack() as stack:
        for connection in unfinished(server, ana, 3):
            stack.enter_context(connection)
        ana.composer.press("Enter")
        said = ana.page.locator("#compose-errors, #upload").filter(has_text="uploads")
        expect(said).to_contain_text("Three of your uploads")
        keeps_everything(ana)
    expect(ana.page.locator("#upload progress")).to_have_count(0)
    send_until_it_goes(ana)
    is_sent(ana)


def unfinished(server, ana, count):
    """Yield connections with uploads of Ana's that do not end."""
    cookies = "; ".join(f"{each['name']}={each['value']}" for each in ana.context.cookies())
    head = [
        f"POST {ana.page.url.removeprefix(ana.url)}messages/ HTTP/1.1",
        "Host: 127.0.0.1",
        f"Cookie: {cookies}",
        "Content-Type: multipart/form-data; boundary=a-boundary",
        "Content-Length: 9000000",
    ]
    for _number in range(count):
        connection = socket.create_connection(("127.0.0.1", server.port), 20)
        connection.sendall("\r\n".join([*head, "", ""]).encode() + bytes(2_000_000))
        yield connection


def send_until_it_goes(ana):
    """Send again; the server may notice a little late that the others have gone."""
    for _time in range(20):
        if ana.composer.input_value() == "":
            return
        ana.composer.press("Enter")
        with contextlib.suppress(AssertionError):
            expect(ana.composer).to_have_value("", timeout=1_000)
