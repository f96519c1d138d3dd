"""Previews of links in real browsers: they come without a jump, and readers contact nobody else."""

import re

import pytest
from playwright.sync_api import expect

from .security.test_scripts import PAYLOADS, trapped
from .servers import ROOT
from .terminals import Lynx, W3m

SEED = ROOT / "site" / "tests" / "seed_previews.py"
ROOM = "/rooms/trams/"
COMES = """
from messaging.models import Message, Preview
from messaging.previews.tests.shown import preview
picture = Preview.objects.exclude(picture=None).first().picture
preview(Message.objects.get(body__startswith="Stop {} of "), picture)
"""
LOADED = "it => it.complete && it.naturalWidth == 600"
PLACES = """texts => texts.map(text => [...document.querySelectorAll('.message')]
    .find(each => each.innerText.includes(text)).getBoundingClientRect().top)"""


@pytest.fixture(scope="module")
def trams(server):
    """A room in which every other message has a preview, every fourth one with a picture."""
    server.python("manage.py", "shell", "--verbosity", "0", input=SEED.read_text())
    return ROOM


@pytest.fixture
def comes(server):
    """Return a function that gives a preview to the message "Stop <number>"."""

    def fetched(number):
        server.python("manage.py", "shell", "--verbosity", "0", input=COMES.format(number))

    return fetched


@pytest.mark.browser
def test_the_end_of_the_log_stays_in_view_when_previews_come(trams, comes, person):
    ana = person("ana")
    ana.goto(trams)
    ana.is_connected()
    for number in (28, 26):
        comes(number)
        expect(ana.message(f"Stop {number} of").locator(".preview img")).to_have_count(1)
        assert ana.page.locator("#scroller").evaluate("it => it.scrollTop") == 0
    expect(ana.message("Stop 29 of")).to_be_in_viewport(ratio=1)
    expect(ana.page.locator("#newest a")).to_be_hidden()
    expect(ana.message("Stop 28 of").locator(".message-edited")).to_have_count(0)


@pytest.mark.browser
@pytest.mark.parametrize(("number", "where"), [(24, "below"), (2, "above")])
def test_what_one_reads_stays_in_its_place_when_a_preview_comes(
    trams, comes, person, number, where
):
    ana = person("ana")
    ana.goto(trams)
    ana.is_connected()
    ana.message("Stop 12 of").evaluate("it => it.scrollIntoView({ block: 'center' })")
    before = ana.page.evaluate(PLACES, ["Stop 12 of", "Stop 13 of"])
    assert (ana.page.evaluate(PLACES, [f"Stop {number} of"])[0] > before[0]) is (where == "below")
    comes(number)
    expect(ana.message(f"Stop {number} of").locator(".preview")).to_have_count(1)
    after = ana.page.evaluate(PLACES, ["Stop 12 of", "Stop 13 of"])
    assert [round(a - b) for a, b in zip(after, before, strict=True)] == [0, 0]


@pytest.mark.browser
def test_readers_browsers_contact_nobody_else(trams, person):
    ana = person("ana")
    asked, loaded = [], []
    ana.context.on("request", lambda request: asked.append(request.url))
    ana.context.on("response", lambda response: loaded.append((response.url, response.status)))
    hurt = trapped(ana)
    ana.goto(trams)
    ana.is_connected()
    for image in ana.page.locator(".preview img").all():
        image.scroll_into_view_if_needed()
        ana.page.wait_for_function(LOADED, arg=image.element_handle())
    ana.page.locator(".preview a").last.hover()
    ana.page.wait_for_load_state("networkidle")
    assert sum("/preview/" in url and status == 200 for url, status in loaded) >= 7
    assert {url for url in asked if not url.startswith((ana.url, "data:", "blob:"))} == set()
    assert hurt() == []


@pytest.mark.browser
def test_no_words_of_a_page_run_or_leave_their_place(trams, person):
    ana = person("ana")
    hurt = trapped(ana)
    shown = set()  # by the messages: a page may load the next ones by itself
    for position in range(0, len(PAYLOADS), 50):
        ana.goto(f"/rooms/payloads/?after={position}")
        cards = ana.page.locator(".message > .preview")
        assert {*cards.evaluate_all("all => all.map(it => it.querySelector('a').hostname)")} == {
            "lisbon.example"
        }
        assert (
            cards.evaluate_all(
                "all => all.flatMap(it => [...it.querySelectorAll('*')].map(e => e.tagName))"
                ".filter(tag => !['DIV', 'A', 'SPAN', 'BDI', 'IMG'].includes(tag))"
            )
            == []
        )
        hosts = ana.page.locator(".preview-host > bdi[dir=ltr]")
        assert {*hosts.all_inner_texts()} == {"lisbon.example"}
        assert ana.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        shown |= {*cards.evaluate_all("all => all.map(it => it.parentNode.id)")}
    assert len(shown) == len(PAYLOADS) > 150
    assert hurt() == []


@pytest.mark.browser
@pytest.mark.parametrize("width", [320, 1280])
def test_nothing_moves_when_pictures_are_loaded_and_all_fits(trams, person, width):
    ana = person("ana", width=width)
    waiting, is_held = [], True
    ana.page.route(
        "**/preview/*.webp",
        lambda route: waiting.append(route) if is_held else route.continue_(),
    )
    ana.goto(trams)
    ana.is_connected()
    sizes = "() => [...document.querySelectorAll('.preview')].map(it => it.offsetHeight)"
    before = ana.page.evaluate(sizes)
    is_held = False
    for route in waiting:
        route.continue_()
    for image in ana.page.locator(".preview img").all():
        image.scroll_into_view_if_needed()
        ana.page.wait_for_function(LOADED, arg=image.element_handle())
    assert ana.page.evaluate(sizes) == before
    assert max(before) < 140
    assert ana.page.locator("#scroller").evaluate("it => it.scrollWidth") <= width


@pytest.mark.browser
def test_without_scripts_a_preview_comes_in_the_live_frame(trams, comes, person):
    bruno = person("bruno", javascript=False)
    bruno.goto(trams)
    frame = bruno.page.frame_locator("#live")
    expect(frame.locator(".message:has-text('Stop 29 of') .preview-title")).to_be_visible()
    comes(22)
    card = frame.locator(".message:has-text('Stop 22 of')").filter(visible=True).locator(".preview")
    expect(card.locator("img")).to_have_count(1)
    expect(frame.locator(".message:has-text('Stop 22 of')").filter(visible=True)).to_have_count(1)
    expect(frame.locator(".message:has-text('Stop 29 of')")).to_be_in_viewport()


@pytest.mark.browser
def test_an_author_removes_a_preview_in_its_place_for_everybody(trams, person):
    ana, bruno = person("ana"), person("bruno")
    for someone in (ana, bruno):
        someone.goto(trams)
        someone.is_connected()
    shown = [who.message("Stop 27 of").locator(".preview") for who in (ana, bruno)]
    bruno.choose("Stop 27 of", "Remove preview")
    expect(bruno.page.locator(".message-asking .preview")).to_be_visible()
    bruno.page.keyboard.press("Escape")
    expect(bruno.page.locator(".message-asking")).to_have_count(0)
    bruno.choose("Stop 27 of", "Remove preview")
    bruno.page.get_by_role("button", name="Remove preview").click()
    for preview in shown:
        expect(preview).to_have_count(0)
    expect(bruno.message("Stop 27 of").locator(".message-body a")).to_be_visible()
    expect(ana.message("Stop 27 of").locator(".message-edited")).to_have_count(0)


@pytest.mark.browser
def test_only_who_may_is_offered_to_remove_it(trams, comes, person):
    eve, ana = person("eve"), person("ana")
    eve.goto(trams)
    eve.page.get_by_role("button", name="Join room").click()
    for someone in (eve, ana):
        someone.goto(trams)
        someone.is_connected()
    comes(20)
    for someone, is_offered in ((eve, False), (ana, True)):
        expect(someone.message("Stop 20 of").locator(".preview")).to_have_count(1)
        someone.message("Stop 20 of").hover()
        item = someone.message("Stop 20 of").locator("a[href$='/preview/']")
        expect(item).to_have_count(1)
        expect(item).to_be_visible(visible=is_offered)


@pytest.mark.browser
def test_without_scripts_a_preview_is_removed_on_a_page_of_its_own(trams, person):
    plain = person("bruno", javascript=False)
    plain.read_plainly(trams)
    plain.choose("Stop 25 of", "Remove preview")
    expect(plain.page.locator("h1")).to_have_text("Remove a preview")
    plain.page.get_by_role("button", name="Remove preview").click()
    expect(plain.message("Stop 25 of").locator(".message-body a")).to_be_visible()
    expect(plain.message("Stop 25 of").locator(".preview")).to_have_count(0)


@pytest.mark.parametrize("browser", [W3m, Lynx])
def test_text_browsers_show_host_and_title_as_a_link_and_what_the_page_says(
    trams, server, terminal, browser
):
    text = terminal(browser)
    text.log_in(server.url, "bruno", f"{trams}?after=19")
    text.shows(r"(?s)Stop 21 of.*lisbon\.example, Lisbon: Tram 28\s+Up and down\.")
    assert not re.search(r"\[[\w-]{22}", text.screen)  # the name of a picture's file


def test_w3m_removes_a_preview_in_two_steps(trams, server, terminal):
    w3m = terminal(W3m)
    w3m.log_in(server.url, "bruno", "/rooms/w3m/")
    w3m.shows(r"(?s)Stop 0 of.*Tram 28.*Remove preview")
    w3m.follow("Remove preview")
    w3m.shows(r"(?s)Remove a preview.*lisbon\.example.*The link stays")
    w3m.find("The link stays")
    w3m.press("Tab", "Enter")
    w3m.shows("(?s)Stop 0 of.*Edit")
    assert "Tram 28" not in w3m.screen


def test_lynx_removes_a_preview_in_two_steps(trams, server, terminal):
    lynx = terminal(Lynx)
    lynx.log_in(server.url, "bruno", "/rooms/lynx/")
    lynx.shows(r"(?s)Stop 0 of.*Tram 28.*Remove preview")
    lynx.follow("Remove preview")
    lynx.shows(r"(?s)Remove a preview.*lisbon\.example.*The link stays")
    lynx.follow("(BUTTON) Remove preview")
    lynx.shows("(?s)Stop 0 of.*Edit")
    assert "Tram 28" not in lynx.screen
