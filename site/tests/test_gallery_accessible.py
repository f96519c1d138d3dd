"""axe (https://github.com/dequelabs/axe-core) finds no fault on any page of the gallery."""

import pytest

from tertulia.design.discovery import all_samples
from tertulia.design.drawing import draw
from tertulia.design.gallery import slug_of
from users.themes import Mode, theme_choices

from .servers import ROOT

AXE = ROOT / "tailwind" / "node_modules" / "axe-core" / "axe.min.js"
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    # A wide block of code scrolls by keyboard too: Chromium and Firefox make it focusable.
    "rules": {"scrollable-region-focusable": {"enabled": False}},
}
# In the other themes only the room's page is tested; test_themes tests the colours of each.
ROOM = "messaging-conversation-room-html-what-is-new"
WIDTHS = (320, 1280)
PARTS = 6  # the pages are divided among the processes that test

pytestmark = pytest.mark.browser


@pytest.fixture
def violations(person):
    """Return a function that opens a page as Ana and returns axe's findings, as (rule, where)."""
    assert AXE.exists(), "These tests need axe-core: `make css` installs it."
    ana = person("ana")
    ana.forgive("Failed to load resource")  # samples link to objects that do not exist
    axe = AXE.read_text()

    def found(path, width=1280):
        ana.page.set_viewport_size({"width": width, "height": 800})
        ana.goto(path)
        ana.page.evaluate(axe)
        rules = ana.page.evaluate("rules => axe.run(document, rules)", RULES)["violations"]
        return [(rule["id"], node["html"][:120]) for rule in rules for node in rule["nodes"]]

    return found


@pytest.mark.parametrize("part", range(PARTS))
def test_every_page_is_accessible(violations, part):
    pages = [page for page in all_samples() if page.is_page][part::PARTS]
    # A page that redirects by itself is gone before axe has read it.
    pages = [page for page in pages if "http-equiv" not in draw(page)]
    assert pages
    found = {page.name: violations(f"/design/{slug_of(page)}/") for page in pages}
    assert {name: faults for name, faults in found.items() if faults} == {}


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("mode", [Mode.LIGHT, Mode.DARK])
@pytest.mark.parametrize("theme", [name for name, _title in theme_choices()])
def test_a_room_is_accessible_in_every_theme(violations, theme, mode, width):
    assert violations(f"/design/{ROOM}/?theme={theme}&mode={mode}", width) == []


def test_the_gallery_is_accessible(violations):
    assert violations("/design/?part=rooms") == []
