"""Files that are chosen, pasted or dropped, in real Chromium: progress, errors and retries."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

CUT = ("WebSocket connection to", "htmx:ws:error", "net::ERR_", "htmx:error", "422", "403")
TRANSFER = """([type, names]) => {
    const transfer = new DataTransfer
    for (const name of names) {
        transfer.items.add(new File([name], name, {type: name.endsWith("png") ? "image/png" : ""}))
    }
    const data = type == "paste" ? {clipboardData: transfer} : {dataTransfer: transfer}
    const Kind = type == "paste" ? ClipboardEvent : DragEvent
    const target = document.activeElement
    const event = new Kind(type, {bubbles: true, cancelable: true, ...data})
    target.dispatchEvent(event)
    return event.defaultPrevented
}"""

RECORD = """() => document.addEventListener("htmx:before:request", ({detail}) => {
    window.sent = Object.fromEntries(detail.ctx.request.body)
})"""

# The server answers, but the page never learns it.
LOSE_ANSWER = """() => {
    const { prototype } = XMLHttpRequest, { send } = prototype
    prototype.send = function (body) {
        prototype.send = send
        this.onload = this.onerror
        send.call(this, body)
    }
}"""


def file(name="note.txt", content=b"hello"):
    return {"name": name, "mimeType": "", "buffer": content}


@pytest.fixture
def ana(visitor, line, meet):
    ana = visitor("ana", line)
    ana.forgive(*CUT)
    ana.log_in()
    meet(ana)
    ana.is_connected()
    return ana


@pytest.fixture
def picked(ana):
    return ana.page.locator("#picked > li")


@pytest.fixture
def files(ana):
    """The links to the files of all messages."""
    return ana.page.locator("#messages .message .files a[href^='/files/']:not([href$='small'])")


def test_files_from_both_fields_go_with_one_text(ana, picked, files):
    ana.attach(file("a.txt"), file("b.txt"))
    expect(picked).to_have_count(2)
    ana.attach(file("c.txt"), field="#photos")
    expect(picked.locator("bdi")).to_have_text(["a.txt", "b.txt", "c.txt"])
    expect(ana.composer).to_be_focused()
    picked.nth(1).get_by_role("button", name="Remove b.txt").click()
    ana.write("two of them")
    ana.composer.press("Enter")
    expect(files).to_have_count(2)
    ana.sees("two of them")
    expect(ana.composer).to_have_value("")
    expect(picked).to_have_count(0)
    expect(ana.composer).to_be_focused()


def test_what_is_pasted_or_dropped_is_listed_and_sent_without_a_text(ana, picked, files):
    assert ana.page.evaluate(TRANSFER, ["paste", ["shot.png"]])
    expect(picked).to_have_count(1)
    assert ana.page.evaluate(TRANSFER, ["drop", ["plan.pdf", "more.txt"]])
    expect(picked.locator("bdi")).to_have_text(["shot.png", "plan.pdf", "more.txt"])
    ana.composer.press("Enter")
    expect(files).to_have_count(3)
    expect(picked).to_have_count(0)


def test_a_drop_is_expected_while_a_file_is_over_the_page(ana):
    place = ana.page.locator("body")
    assert ana.page.evaluate(TRANSFER, ["dragover", ["plan.pdf"]])
    expect(place).to_have_attribute("data-dropping", "1")
    expect(place).to_have_attribute("data-dropping", "")
    assert not ana.page.evaluate(TRANSFER, ["dragover", []])


def test_each_picture_has_its_own_description(ana, picked):
    assert ana.page.evaluate(TRANSFER, ["paste", ["one.png", "two.png"]])
    picked.nth(1).get_by_role("textbox").fill("A cat")
    assert ana.page.evaluate(TRANSFER, ["drop", ["three.png"]])
    expect(picked.nth(1).get_by_role("textbox")).to_have_value("A cat")
    expect(ana.page.locator("#alt")).to_have_value("\nA cat\n")
    ana.page.evaluate(RECORD)
    picked.nth(1).get_by_role("textbox").press("Enter")
    expect(picked).to_have_count(0)
    assert ana.page.evaluate("sent.alt") == "\nA cat\n"


def test_what_cannot_be_sent_is_said_before_it_is_uploaded(ana, picked, line):
    ana.page.locator("#unfit").evaluate("line => { line.dataset.limit = 10 }")
    ana.attach(
        file("big.bin", b"x" * 11),
        file("none.txt", b""),
        file("a.txt"),
        file("b.txt", b"sixty!"),
    )
    unfit = ana.page.locator("#unfit")
    for sentence in ("big.bin is too large", "none.txt is empty", "b.txt is too much"):
        expect(unfit).to_contain_text(sentence)
    expect(picked.locator("bdi")).to_have_text(["a.txt"])
    ana.attach(*[file(f"{number}", b"x") for number in range(5)])
    ana.page.locator("#unfit").evaluate("line => { line.dataset.most = 2 }")
    ana.attach(file("late.txt", b"x"))
    expect(unfit).to_contain_text("late.txt is one too many")
    assert line.posts == 0


def test_progress_is_shown_and_an_upload_can_be_cancelled_and_sent_again(ana, picked, files, line):
    session = ana.context.new_cdp_session(ana.page)
    slow = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 200_000}
    session.send("Network.emulateNetworkConditions", slow)
    ana.attach(file("big.bin", b"x" * 4_000_000))
    expect(picked).to_have_count(1)
    ana.write("slow")
    ana.composer.press("Enter")
    status = ana.page.locator("#upload")
    expect(status.locator("progress[value]:not([value='0'])")).to_be_visible()
    ana.composer.press("Enter")
    ana.write(" and more")
    status.get_by_role("button", name="Cancel").click()
    expect(status).to_contain_text("Not sent")
    expect(picked).to_have_count(1)
    expect(ana.composer).to_have_value("slow and more")
    expect(ana.composer).to_be_focused()
    session.send("Network.emulateNetworkConditions", slow | {"uploadThroughput": -1})
    status.get_by_role("button", name="Retry").click()
    expect(files).to_have_count(1)
    ana.sees("slow and more")
    expect(status).to_be_empty()


def test_what_is_typed_while_files_are_sent_stays(ana, files, line):
    ana.attach(file())
    expect(ana.page.locator("#picked li")).to_have_count(1)
    line.delay = 0.5
    ana.write("first")
    ana.composer.press("Enter")
    ana.composer.press("Enter")
    ana.write(" second")
    expect(files).to_have_count(1)
    expect(ana.composer).to_have_value(" second")
    ana.sees("first")
    assert line.posts == 1


def test_after_an_error_files_are_kept_and_not_uploaded_twice(ana, picked, files):
    ana.attach(file("a.txt"))
    expect(picked).to_have_count(1)
    ana.composer.fill("x" * 8_001)
    ana.composer.press("Enter")
    expect(ana.page.locator("#compose-errors")).to_have_text("Too long by 1 character.")
    expect(ana.page.locator("#kept [name=kept]")).to_be_checked()
    expect(picked).to_have_count(0)
    ana.composer.fill("short")
    ana.page.evaluate(RECORD)
    ana.composer.press("Enter")
    expect(files).to_have_count(1)
    assert ana.page.evaluate("[sent.body, sent.files.size]") == ["short", 0]
    expect(ana.page.locator("#kept li")).to_have_count(0)


def test_an_upload_whose_answer_is_lost_is_repeated_and_stored_once(ana, picked, files, line):
    ana.attach(file())
    expect(picked).to_have_count(1)
    ana.page.evaluate(LOSE_ANSWER)
    ana.write("once")
    ana.composer.press("Enter")
    retry = ana.page.get_by_role("button", name="Retry")
    expect(retry).to_be_visible()
    expect(ana.composer).to_have_value("once")
    retry.click()
    expect(ana.composer).to_have_value("")
    expect(picked).to_have_count(0)
    assert line.posts == 2
    ana.page.reload()
    ana.sees("once")
    expect(files).to_have_count(1)


def test_offline_the_text_and_the_files_wait_for_a_retry(ana, picked, files):
    ana.attach(file())
    expect(picked).to_have_count(1)
    ana.context.set_offline(True)
    ana.write("from the train")
    ana.composer.press("Enter")
    expect(ana.page.locator("#upload")).to_contain_text("Not sent")
    expect(picked).to_have_count(1)
    ana.context.set_offline(False)
    ana.page.get_by_role("button", name="Retry").click()
    expect(files).to_have_count(1)
    ana.sees("from the train")
    expect(ana.composer).to_be_focused()


def test_without_a_socket_the_response_brings_the_message(ana, picked, files, line):
    line.cut_sockets()
    ana.attach(file())
    expect(picked).to_have_count(1)
    ana.composer.press("Enter")
    expect(files).to_have_count(1)
    expect(picked).to_have_count(0)


def test_a_text_that_waits_takes_no_files_along(ana, picked, files, line):
    line.loses_posts = True
    line.cut_sockets()
    ana.write("only text")
    ana.composer.press("Enter")
    expect(ana.page.locator("#pending li")).to_have_count(1)
    ana.attach(file())
    expect(picked).to_have_count(1)
    line.loses_posts = False
    expect(ana.bodies).to_have_text(["only text"], timeout=30_000)
    expect(files).to_have_count(0)
    expect(picked).to_have_count(1)


def test_the_draft_that_is_saved_has_no_files(ana, picked):
    ana.attach(file("a.txt"))
    expect(picked).to_have_count(1)
    with ana.page.expect_request(lambda request: "draft" in request.url) as saved:
        ana.write("unfinished")
    assert b"unfinished" in saved.value.post_data_buffer  # Chromium reports no body with files


def test_who_is_logged_out_meanwhile_keeps_the_text_and_the_files(ana, picked):
    ana.attach(file())
    expect(picked).to_have_count(1)
    ana.write("late")
    ana.context.clear_cookies(name=re.compile("session"))
    ana.composer.press("Enter")
    expect(ana.page.locator("#compose-errors")).to_contain_text("logged out")
    expect(ana.composer).to_have_value("late")
    expect(picked).to_have_count(1)
    expect(ana.page.locator("#upload")).to_be_empty()


def test_a_reply_takes_its_files_along(ana, picked, files):
    ana.say("What does it look like?")
    ana.message("What does it").hover()
    ana.message("What does it").get_by_role("link", name="Reply").first.click()
    expect(ana.page.locator("#reply")).to_contain_text("What does it look like?")
    ana.attach(file())
    expect(picked).to_have_count(1)
    ana.composer.press("Enter")
    expect(files).to_have_count(1)
    expect(ana.page.locator(".message").last).to_contain_text("What does it look like?")
    expect(ana.page.locator("[name=reply_to]")).to_have_value("")
