"""Files that are sent while a script of uploads is on its way, or never comes, in real Chromium."""

import pytest
from playwright.sync_api import Error, expect

pytestmark = pytest.mark.browser

SCRIPTS = ("choosing", "listing", "uploading", "uploaded", "progress")


@pytest.fixture
def ana(person, meet):
    ana = person("ana")
    ana.forgive("net::ERR_")
    meet(ana)
    ana.is_connected()
    return ana


def has_one_file(ana):
    expect(ana.page.locator("#messages .message .files a[href^='/files/']")).to_have_count(1)


def put(ana, *names, field="#files"):
    """Choose text files of these names, without waiting for the scripts."""
    chosen = [{"name": name, "mimeType": "", "buffer": b"hello"} for name in names]
    ana.page.locator(field).set_input_files(chosen)


def test_what_is_chosen_while_the_script_loads_is_kept(ana):
    picked, asked = ana.page.locator("#picked > li"), []
    ana.page.route("**/choosing*", lambda route: asked.append(route))
    put(ana, "a.txt")
    expect(picked).to_have_count(1)
    put(ana, "b.txt", field="#photos")
    while not asked:
        ana.page.wait_for_timeout(20)
    for route in asked:
        route.continue_()
    expect(picked.locator("bdi")).to_have_text(["b.txt", "a.txt"])


def test_without_the_scripts_of_uploads_files_are_posted_with_the_form(ana):
    ana.page.route("**/*ing*.min.*.js", lambda route: route.abort())
    ana.page.route("**/uploaded.min.*.js", lambda route: route.abort())
    ana.page.reload()
    put(ana, "note.txt", field="#photos")
    ana.composer.fill("with the form")
    ana.composer.press("Enter")
    ana.sees("with the form")
    has_one_file(ana)


@pytest.mark.parametrize("late", SCRIPTS)
def test_files_are_sent_while_a_script_is_on_its_way(ana, late):
    finished = []
    ana.page.on("requestfinished", lambda request: finished.append(request.url))
    ana.page.route(f"**/{late}.min.*.js", lambda route: None)
    put(ana, "note.txt")
    for name in set(SCRIPTS) - {late}:
        while not any(f"/{name}.min." in url for url in finished):
            ana.page.wait_for_timeout(20)
    ana.composer.fill("with a file")
    ana.composer.press("Enter")
    ana.sees("with a file")
    expect(ana.composer).to_have_value("")
    ana.write("and one without")
    ana.composer.press("Enter")
    ana.sees("with a file", "and one without")
    has_one_file(ana)


def test_who_comes_back_from_a_post_that_failed_has_the_text(ana):
    ana.composer.fill("Wait for me")
    ana.context.set_offline(True)
    with pytest.raises(Error, match="ERR_INTERNET_DISCONNECTED"), ana.page.expect_navigation():
        ana.page.get_by_role("button", name="Send later").click()
    ana.context.set_offline(False)
    ana.page.go_back()
    expect(ana.composer).to_have_value("Wait for me")
