"""Pages, drawings and programs that were uploaded never run in Chromium, whatever loads them."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

EVIL = {
    "page.html": b"<!doctype html><script>top.ran = 'pwned'</script><h1>pwned</h1>",
    "drawing.svg": b"<svg xmlns='http://www.w3.org/2000/svg' width='99' height='99'>"
    b"<script>top.ran = 'pwned'</script><rect width='99' height='99'/></svg>",
    "program.js": b"globalThis.ran = 'pwned'; new BroadcastChannel('evil').postMessage('pwned')",
    "page.xhtml": b"<html xmlns='http://www.w3.org/1999/xhtml'><script>top.ran = 1</script></html>",
    "looks.png": b"<!doctype html><script>top.ran = 'pwned'</script><h1>pwned</h1>",
}
ATTRIBUTES = {
    "iframe": "src",
    "object": "data",
    "embed": "src",
    "script": "src",
    "module": "src",
    "img": "src",
}
CHROMIUM_SAYS = ("MIME type", "Failed to load", "Worker", "Refused", "Content Security", "ERR_")

# Answers what an element loaded: the text of its document, or its width as a picture.
LOADED = """([kind, attribute, path]) => new Promise(done => {
    const made = document.createElement(kind === "module" ? "script" : kind)
    const end = () => {
        let text = ""
        try { text = made.contentDocument?.body?.textContent ?? "" } catch {}
        done({ran: window.ran ?? null, text, width: made.naturalWidth ?? 0})
    }
    made.onload = made.onerror = end
    setTimeout(end, 3000) // a download loads nothing
    if (kind === "module") made.type = "module"
    made[attribute] = path
    document.body.append(made)
})"""
# Answers "ran" if the program did. Chromium does not always say that it refused a shared worker.
WORKS = """([kind, path]) => new Promise(done => {
    const end = what => () => done(what)
    setTimeout(end("nothing"), 5000)
    window.channel = new BroadcastChannel("evil")
    channel.onmessage = end("ran")
    if (kind === "service") {
        navigator.serviceWorker.register(path).then(end("ran"), end("refused"))
        return
    }
    try {
        const worker = kind === "shared" ? new SharedWorker(path) : new Worker(path, {type: kind})
        worker.onerror = end("refused")
    } catch { done("refused") }
})"""
WORKERS = ("classic", "module", "shared", "service")
NOTHING = {"ran": None, "text": "", "width": 0}


@pytest.fixture(scope="module")
def paths():
    """The paths of the files, once they are sent."""
    return {}


@pytest.fixture
def bruno(person, paths):
    """Bruno in the Library, who has sent the files from the composer."""
    bruno = person("bruno")
    bruno.goto("/rooms/library/")
    bruno.is_connected()
    if not paths:
        files = [
            {"name": name, "mimeType": "", "buffer": content} for name, content in EVIL.items()
        ]
        bruno.attach(*files)
        expect(bruno.page.locator("#picked > li")).to_have_count(len(EVIL))
        bruno.composer.press("Enter")
        for name in EVIL:
            link = bruno.page.locator(f"#messages .files a[href$='/{name}']").first
            paths[name] = link.get_attribute("href")
    bruno.forgive(*CHROMIUM_SAYS)
    return bruno


@pytest.fixture(params=["our page", "a page without a policy"])
def page(request, bruno):
    """A page of the site's own origin; one has no policy that forbids anything."""
    if request.param != "our page":
        show_a_page_without_a_policy(bruno)
    return bruno.page


def show_a_page_without_a_policy(bruno):
    serve(bruno, "/mine/", "text/html", "<!doctype html><title>Mine</title><body>")
    bruno.goto("/mine/")


def serve(bruno, path, content_type, body):
    """Let the site answer with this at `path`, for Bruno's page."""
    answer = {"content_type": content_type, "body": body}
    bruno.page.context.route(f"**{path}", lambda route: route.fulfill(**answer))


def test_uploaded_files_are_no_part_of_a_page(page, paths):
    loads = [[kind, ATTRIBUTES[kind], path] for kind in ATTRIBUTES for path in paths.values()]
    found = page.evaluate(f"loads => Promise.all(loads.map({LOADED}))", loads)
    assert [load for load, what in zip(loads, found, strict=True) if what != NOTHING] == []
    assert page.evaluate("window.ran ?? null") is None


def test_an_uploaded_program_is_no_worker(page, paths):
    found = {kind: page.evaluate(WORKS, [kind, paths["program.js"]]) for kind in WORKERS}
    assert found.pop("shared") in ("refused", "nothing")
    assert found == dict.fromkeys(("classic", "module", "service"), "refused")


def test_what_is_no_upload_would_run(bruno):
    """The tests above would notice."""
    show_a_page_without_a_policy(bruno)
    for name, kind in [("page.html", "text/html"), ("program.js", "text/javascript")]:
        serve(bruno, f"/mine/{name}", kind, EVIL[name])
    found = bruno.page.evaluate(LOADED, ["iframe", "src", "/mine/page.html"])
    assert (found["ran"], "pwned" in found["text"]) == ("pwned", True)
    assert bruno.page.evaluate(LOADED, ["script", "src", "/mine/program.js"])["ran"] == "pwned"
    found = [bruno.page.evaluate(WORKS, [kind, "/mine/program.js"]) for kind in WORKERS]
    assert found == ["ran"] * 4


@pytest.mark.parametrize("name", EVIL)
def test_an_uploaded_file_is_downloaded_instead_of_shown(bruno, paths, name):
    where = bruno.page.url
    with bruno.page.expect_download() as download:
        bruno.page.evaluate("path => { location.href = path }", paths[name])
    assert download.value.suggested_filename == name
    assert bruno.page.url == where
