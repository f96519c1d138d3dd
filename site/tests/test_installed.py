"""The site as an installed app: the manifest, its icons, the service worker."""

import gzip
import re

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client
from PIL import Image

from users.actions import save_workspace
from users.themes import Look, theme_choices

pytestmark = pytest.mark.django_db
STATIC = settings.BASE_DIR / "site" / "static"


def file_of(address):
    """Return the file of `site/static` at an address, which holds a hash of its content."""
    return finders.find(re.sub(r"\.[0-9a-f]{12}(\.\w+)$", r"\1", address.removeprefix("/static/")))


def test_the_manifest_names_the_workspace(client, ana):
    response = client.get("/manifest.webmanifest")
    manifest = response.json()
    assert response["Content-Type"] == "application/manifest+json"
    assert response["Cache-Control"] == "no-cache"
    assert (manifest["name"], manifest["short_name"], manifest["lang"]) == ("Casa", "Casa", "en")
    assert (manifest["start_url"], manifest["scope"], manifest["id"]) == ("/", "/", "/")
    assert manifest["display"] == "standalone"


def test_the_manifest_is_the_same_for_everybody(client, client_of, ana):
    ana.theme = "newspaper"
    ana.save(update_fields=["theme"])
    assert client.get("/manifest.webmanifest").content == (
        client_of(ana).get("/manifest.webmanifest").content
    )


def test_a_name_with_quotes_stays_itself(client, workspace):
    save_workspace(name='Casa "</script>')
    assert client.get("/manifest.webmanifest").json()["name"] == 'Casa "</script>'


def test_the_manifest_is_in_the_language_of_the_visitor(client, ana):
    spanish = client.get("/manifest.webmanifest", headers={"Accept-Language": "es"})
    assert spanish.json()["lang"] == "es"


@pytest.mark.parametrize("theme", [name for name, _label in theme_choices()])
def test_the_manifest_has_the_colours_of_the_workspace_s_theme(client, workspace, theme):
    save_workspace(theme=theme, mode="dark")
    manifest = client.get("/manifest.webmanifest").json()
    rule = re.search(rf'data-theme="{theme}"\] {{([^}}]*)', THEMES)
    rule = rule.group(1) if rule else TOKENS
    assert long(manifest["theme_color"]) == dark("surface", rule)
    assert long(manifest["background_color"]) == dark("paper", rule)


THEMES = (settings.BASE_DIR / "tailwind" / "themes.css").read_text()
TOKENS = (settings.BASE_DIR / "tailwind" / "tokens.css").read_text()


def dark(name, rule):
    return re.search(rf"--{name}: light-dark\(#\w+, (#\w+)\)", rule).group(1)


def long(colour):
    """Return a colour with six digits; the stylesheet is minified."""
    return "#" + "".join(digit * 2 for digit in colour[1:]) if len(colour) == 4 else colour


def test_a_theme_without_colours_of_its_own_has_the_default_s():
    assert Look("unknown", "light").colours == Look("tertulia", "light").colours


def test_the_icons_are_what_the_manifest_says(client, ana):
    icons = client.get("/manifest.webmanifest").json()["icons"]
    assert {(icon["sizes"], icon["purpose"]) for icon in icons} == {
        ("192x192", "any"),
        ("512x512", "any"),
        ("512x512", "maskable"),
    }
    for icon in icons:
        with Image.open(file_of(icon["src"])) as picture:
            assert (f"{picture.width}x{picture.height}", picture.format) == (icon["sizes"], "PNG")
            assert icon["type"] == "image/png"


def test_icons_that_systems_cut_are_opaque(client, ana):
    for name in ("icon-maskable-512.png", "apple-touch-icon.png"):
        with Image.open(STATIC / name) as picture:
            corner = picture.convert("RGBA").getpixel((0, 0))
        assert corner == (0x0B, 0x6B, 0x5D, 255)  # the green of icon.svg


@pytest.mark.parametrize("path", ["/accounts/login/", "/notifications/"])
def test_pages_lead_to_the_manifest_and_the_icon(client, client_of, ana, page, path):
    reader = client if "login" in path else client_of(ana)
    head = page(reader.get(path)).head
    assert head.select_one("link[rel=manifest]")["href"] == "/manifest.webmanifest"
    with Image.open(file_of(head.select_one("link[rel=apple-touch-icon]")["href"])) as picture:
        assert picture.size == (180, 180)


def test_pages_say_the_colours_of_the_reader_s_look(client_of, ana, page):
    client = client_of(ana)
    light, dark = Look().colours
    metas = page(client.get("/profile/")).select("meta[name=theme-color]")
    assert [meta["content"] for meta in metas] == [light.surface, dark.surface]
    assert [re.findall("light|dark", meta["media"]) for meta in metas] == [["light"], ["dark"]]
    ana.mode = "dark"
    ana.save(update_fields=["mode"])
    (meta,) = page(client.get("/profile/")).select("meta[name=theme-color]")
    assert (meta["content"], meta.get("media")) == (dark.surface, None)


def test_the_service_worker_is_for_the_whole_site_and_always_fresh(client, ana):
    response = client.get("/sw.js")
    assert response["Content-Type"] == "text/javascript"
    assert response["Cache-Control"] == "no-cache"
    assert response.content == (STATIC / "sw.min.js").read_bytes()
    assert response.cookies == {}


def test_the_service_worker_is_small_and_handles_no_requests():
    worker = (STATIC / "sw.min.js").read_bytes()
    assert len(gzip.compress(worker)) <= 384
    assert set(re.findall(rb'addEventListener\("(\w+)"', worker)) == {b"push", b"notificationclick"}
    assert not re.search(rb"fetch|caches|importScripts", worker)


@pytest.mark.parametrize("path", ["/manifest.webmanifest", "/sw.js"])
def test_both_are_there_before_the_first_run(db, path):
    response = Client().get(path)
    assert (response.status_code, b"Tertulia" in response.content) == (200, path[1] == "m")


@pytest.mark.parametrize("path", ["/manifest.webmanifest", "/sw.js"])
def test_neither_takes_a_post(client, ana, path):
    assert client.post(path).status_code == 405
