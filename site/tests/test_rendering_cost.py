"""How much of a room's page Chromium styles again when a little of it changes."""

from contextlib import contextmanager

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
FEW = 500  # elements; a room's page has 2,000, with what stands before and after them
TWO_FRAMES = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


@contextmanager
def restyled(someone):
    """Yield a list; it then holds the number of elements of each recalculation of style."""
    context, counts, ends = someone.page.context, [], []
    target = context.new_cdp_session(someone.page).send("Target.getTargetInfo")["targetInfo"]
    session = context.browser.new_browser_cdp_session()
    session.on(
        "Tracing.dataCollected",
        lambda data: counts.extend(
            event["args"]["elementCount"]
            for event in data["value"]
            if event["name"] == "UpdateLayoutTree" and "elementCount" in event.get("args", {})
            if event["args"]["beginData"]["frame"] == target["targetId"]
        ),
    )
    session.on("Tracing.tracingComplete", lambda end: ends.append(end))
    categories = {"includedCategories": ["devtools.timeline"], "excludedCategories": ["*"]}
    session.send("Tracing.start", {"traceConfig": categories, "transferMode": "ReportEvents"})
    yield counts
    someone.page.evaluate(TWO_FRAMES)
    session.send("Tracing.end")
    while not ends:
        someone.page.wait_for_timeout(20)
    session.detach()


@pytest.fixture
def ana(person):
    ana = person("ana")
    ana.goto("/rooms/library/")
    ana.is_connected()
    ana.page.wait_for_load_state("networkidle")
    assert ana.bodies.count() == 50
    return ana


def test_a_message_that_comes_does_not_restyle_the_others(ana, person):
    bruno = person("bruno")
    bruno.goto("/rooms/library/")
    bruno.is_connected()
    with restyled(ana) as counts:
        bruno.say("Restyle nothing else")
        expect(ana.bodies.last).to_have_text("Restyle nothing else")
    assert max(counts) < FEW, counts


def test_who_comes_and_what_is_unread_elsewhere_does_not_restyle_the_messages(ana, person):
    bruno = person("bruno")
    with restyled(ana) as counts:
        bruno.goto("/rooms/library/")
        bruno.is_connected()
        expect(ana.page.locator("#people")).to_contain_text("bruno")
        bruno.goto("/rooms/parlour/")
        bruno.is_connected()
        bruno.say("Restyle the list of rooms only")
        expect(ana.page.locator("#rooms .unread", has_text="1").first).to_be_visible()
    assert max(counts) < FEW, counts


def test_typing_does_not_restyle_the_messages(ana):
    with restyled(ana) as counts:
        ana.write("Hm")
    assert max(counts) < FEW, counts
