"""Themes: the workspace or a user chooses one, and each is readable, light and dark."""

import re
from functools import cache

import pytest
from django.conf import settings

from users.themes import DEFAULT_THEME, theme_choices

TAILWIND = settings.BASE_DIR / "tailwind"
THEMES = [name for name, _title in theme_choices()]
GROUNDS = ("paper", "surface", "raised", "mark", "accent-soft")
TEXT, LARGE = 4.5, 3  # WCAG 2.2, 1.4.3 and 1.4.11
ENHANCED = 7  # WCAG 2.2, 1.4.6
# (colour of the text, colour of its background)
TEXTS = [
    *(("ink", ground) for ground in GROUNDS),
    *(("ink-soft", ground) for ground in ("paper", "surface", "raised", "mark")),
    *(("accent", ground) for ground in ("paper", "surface", "raised")),
    *(("accent-strong", ground) for ground in ("paper", "surface", "raised")),
    *(("accent-ink", "accent"), ("accent-ink", "accent-strong"), ("accent", "accent-soft")),
    *(("mention", ground) for ground in ("paper", "surface")),
    *(("mention-ink", "mention"), ("ink", "mention-soft"), ("ink-soft", "mention-soft")),
    *(("danger", "paper"), ("danger", "danger-soft"), ("danger-ink", "danger")),
    ("ink", "danger-soft"),
    *(("person-ink", f"person-{number}") for number in range(1, 6)),
]


@cache
def tokens(theme):
    """Return a theme's colours {token: (light, dark)}, on top of the default theme's."""
    own = {}
    if theme != DEFAULT_THEME:
        css = (TAILWIND / "themes.css").read_text()
        own = _colours(re.search(rf'\[data-theme="{theme}"\] \{{(.*?)\n\}}', css, re.DOTALL)[1])
    return _colours((TAILWIND / "tokens.css").read_text()) | own


def _colours(css):
    pairs = re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", css)
    return {name: (light, dark) for name, light, dark in pairs}


def contrast(one, other):
    """Return the contrast ratio of two colours (WCAG 2.2, relative luminance)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour):
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_there_are_three_and_one_is_of_high_contrast():
    assert {"tertulia", "newspaper", "contrast"} <= set(THEMES)


@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("theme", THEMES)
def test_everything_can_be_read(theme, mode):
    least = ENHANCED if theme == "contrast" else TEXT
    ratios = {
        (text, ground): round(contrast(tokens(theme)[text][mode], tokens(theme)[ground][mode]), 2)
        for text, ground in TEXTS
    }
    assert {pair: ratio for pair, ratio in ratios.items() if ratio < least} == {}


@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("theme", THEMES)
def test_what_can_be_written_in_has_an_edge(theme, mode):
    outline, paper = (tokens(theme)[name][mode] for name in ("outline", "paper"))
    assert contrast(outline, paper) >= LARGE


@pytest.mark.parametrize("theme", THEMES)
def test_the_built_stylesheet_has_the_theme(theme):
    built = (settings.BASE_DIR / "site" / "static" / "tertulia.css").read_text()
    assert theme == DEFAULT_THEME or f"[data-theme={theme}]" in built


def look_of(document):
    return document.html["data-theme"], document.html["data-mode"]


def test_a_workspace_has_a_look_for_everybody(ana, bruno, client_of, client, page):
    fields = {"name": "Casa", "signup": "open", "language": "en", "time_zone": "UTC"}
    client_of(ana).post("/workspace/", fields | {"theme": "newspaper", "mode": "dark"})
    assert look_of(page(client_of(bruno).get("/"))) == ("newspaper", "dark")
    assert look_of(page(client.get("/accounts/login/"))) == ("newspaper", "dark")


def test_a_person_has_a_look_of_their_own(ana, bruno, client_of, page):
    client_of(bruno).post("/profile/", {"theme": "contrast", "mode": "light"})
    assert look_of(page(client_of(bruno).get("/"))) == ("contrast", "light")
    assert look_of(page(client_of(ana).get("/"))) == ("tertulia", "auto")


def test_the_frames_of_a_room_have_the_pages_look(lobby, bruno, client_of, page):
    bruno.theme, bruno.mode = "contrast", "dark"
    bruno.save()
    document = page(client_of(bruno).get("/rooms/lobby/compose/"))
    assert look_of(document) == ("contrast", "dark")
    assert document.select_one("[name=color-scheme]")["content"] == "dark"


@pytest.mark.parametrize("entered", [{"theme": "nosuch"}, {"mode": "dim"}])
def test_a_look_that_there_is_not_is_refused(bruno, client_of, page, entered):
    response = client_of(bruno).post("/profile/", entered)
    assert response.status_code == 422
    assert len(page(response).select(".field-errors li")) == 1


def test_a_theme_that_is_gone_leaves_the_first_one(bruno, client_of, page):
    bruno.theme = "gone"
    bruno.save()
    assert client_of(bruno).get("/").status_code == 200
