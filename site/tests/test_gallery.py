"""The gallery shows every template in every state, without the database."""

from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.conf import settings as configured
from django.test.signals import template_rendered

from tertulia.design import gallery
from tertulia.design.discovery import all_samples, sample_files, samples_of
from tertulia.design.drawing import draw, draw_staged
from users.themes import Look, theme_choices

from .servers import ROOT

TEMPLATES = configured.BASE_DIR / "templates"
# Django and allauth use these on pages that the product does not have.
OF_OTHERS = {"allauth", "admin"}
NOT_DRAWN = {"design/gallery.html", "_broken.html"}


def test_every_template_is_in_the_gallery():
    drawn = set()
    template_rendered.connect(note := lambda template, **_more: drawn.add(template.name))
    for sample in all_samples():
        draw_staged(sample, Look())
    template_rendered.disconnect(note)
    files = {
        path.relative_to(TEMPLATES).as_posix()
        for path in TEMPLATES.rglob("*")
        if path.suffix in {".html", ".txt"}
    }
    missing = {name for name in files - drawn if name.split("/")[0] not in OF_OTHERS}
    told = [f"{name} has no sample: add one to {file_for(name)}." for name in missing - NOT_DRAWN]
    assert not told, "\n".join(sorted(told))
    assert missing >= NOT_DRAWN


def test_every_samples_file_is_found():
    folders = (ROOT / name for name in ("users", "rooms", "messaging", "site"))
    written = [file for folder in folders for file in folder.rglob("samples.py")]
    assert sorted(sample_files()) == sorted(written)
    assert [file for file in written if not samples_of(file)] == []


def file_for(template):
    """Return the samples.py that has the most samples of the folder of `template`.

    A folder without any has the samples.py of the package of its name, or of the nearest outer one.
    """
    folder = Path(template).parent
    drawn = {file: folders_drawn_by(file) for file in sample_files()}
    if any(folder in folders for folders in drawn.values()):
        return max(drawn, key=lambda file: drawn[file].count(folder)).relative_to(ROOT).as_posix()
    for root in (ROOT, ROOT / "site" / "tertulia"):
        if (root / folder / "__init__.py").exists():
            return (root / folder / "samples.py").relative_to(ROOT).as_posix()
    return file_for(folder.as_posix())


def folders_drawn_by(file):
    return [Path(sample.template).parent for sample in samples_of(file)]


@pytest.mark.parametrize(
    ("template", "file"),
    [
        ("rooms/_new.html", "rooms/samples.py"),
        ("users/_new.html", "users/samples.py"),
        ("account/email/new.txt", "site/tertulia/accounts/samples.py"),
        ("operations/new.html", "site/tertulia/operations/samples.py"),
        ("messaging/markdown/_new.html", "messaging/markdown/samples.py"),
        ("mfa/new/new.html", "site/tertulia/accounts/samples.py"),
    ],
)
def test_a_template_without_a_sample_is_told_its_file(template, file):
    assert file_for(template) == file


@pytest.mark.parametrize("language", ["en", "es", "pt-br"])
def test_everything_is_drawn_without_a_query(db, django_assert_num_queries, language):
    with django_assert_num_queries(0):
        for sample in all_samples():
            draw(sample, language=language)


def test_no_state_is_there_twice():
    slugs = [gallery.slug_of(sample) for sample in all_samples()]
    assert sorted({slug for slug in slugs if slugs.count(slug) > 1}) == []


def test_pages_are_sound_html():
    """Each page has one main heading, and a name for every field and button."""
    for sample in all_samples():
        if not sample.is_page or sample.template in {"base.html", "entrance.html"}:
            continue
        page = BeautifulSoup(draw(sample), "html.parser")
        if page.select_one("main"):
            assert len(page.select("h1")) <= 1, sample.name
        for field in page.select("input:not([type=hidden]), select, textarea"):
            named = page.select(f"label[for='{field.get('id')}']") or field.get("aria-label")
            named = named or (field.get("type") == "submit" and field["value"])
            assert named or field.find_parent("label"), (sample.name, field)
        for control in page.select("a, button"):
            named = control.get_text(strip=True) or control.get("aria-label")
            assert named or control.select("img[alt]:not([alt=''])"), sample.name
        for ids in page.select("[aria-describedby], [aria-labelledby]"):
            names = f"{ids.get('aria-describedby', '')} {ids.get('aria-labelledby', '')}".split()
            assert [name for name in names if not page.find(id=name)] == [], sample.name


@pytest.fixture
def designers_machine(settings):
    settings.DEBUG = True


def test_the_gallery_shows_each_state_light_and_dark(designers_machine, workspace, client, page):
    frames = page(client.get("/design/?part=rooms&width=320")).select("iframe")
    states = [sample for sample in all_samples() if sample.template.rpartition("/")[0] == "rooms"]
    assert len(frames) == 2 * len(states)
    assert {frame["width"] for frame in frames} == {"320"}
    first = page(client.get(frames[1]["src"]))
    assert (first.html["data-theme"], first.html["data-mode"]) == ("tertulia", "dark")


@pytest.mark.parametrize("theme", [name for name, _title in theme_choices()])
def test_a_page_is_shown_in_a_theme(designers_machine, workspace, client, page, theme):
    address = f"/design/messaging-conversation-room-html-talk/?theme={theme}&mode=light"
    document = page(client.get(address))
    assert (document.html["data-theme"], document.html["data-mode"]) == (theme, "light")
    assert document.select("#messages .message")


def test_the_gallery_needs_no_first_run(designers_machine, db, client, page):
    assert page(client.get("/design/")).select("iframe")


def test_the_gallery_follows_the_templates(designers_machine, workspace, client, page, monkeypatch):
    poll = page(client.get("/design/")).select_one("#version")["hx-get"]
    assert "HX-Refresh" not in client.get(poll).headers
    monkeypatch.setattr(gallery, "version_of_design", lambda: "another")
    assert client.get(poll).headers["HX-Refresh"] == "true"


@pytest.mark.parametrize("path", ["/design/", "/design/messaging-conversation-room-html-talk/"])
def test_a_deployed_gallery_is_for_administrators(ana, bruno, client, client_of, path, settings):
    settings.LOCAL = settings.DEBUG = False
    assert client.get(path).headers["Location"].startswith("/accounts/login/")
    assert client_of(bruno).get(path).status_code == 403
    assert client_of(ana).get(path).status_code == 200


def test_a_deployed_gallery_does_not_ask_for_changes(ana, client_of, page, settings):
    settings.LOCAL = settings.DEBUG = False
    assert not page(client_of(ana).get("/design/")).select("#version, script")
    assert client_of(ana).get("/design/version/").status_code == 404


def test_nobody_else_can_frame_the_gallery(designers_machine, workspace, client):
    headers = client.get("/design/messaging-conversation-room-html-talk/").headers
    assert headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in headers["Content-Security-Policy"]
    assert client.get("/design/").headers["X-Frame-Options"] == "DENY"


def test_a_state_that_there_is_not(designers_machine, workspace, client):
    assert client.get("/design/nothing/").status_code == 404
