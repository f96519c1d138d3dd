"""No payload of payloads.txt runs or breaks the page when real Chromium shows it.

They are used as messages, as a room's name and topic, and as a user's name. A payload that runs
calls `pwned()`; a violation of the content security policy counts as a failure too.
"""

import json
import re
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

LINES = Path(__file__).with_name("payloads.txt").read_text("utf-8").splitlines()
ESCAPES = {"\\n": "\n", "\\t": "\t", "\\r": "\r", "\\\\": "\\"}
ESCAPED = re.compile(r"\\(?:u[0-9a-fA-F]{4}|[ntr\\])")
PAYLOADS = [
    ESCAPED.sub(lambda found: ESCAPES.get(found[0]) or chr(int(found[0][2:], 16)), line)
    for line in LINES
    if line and not line.startswith("# ")
]

TRAP = """
window.ran = [];
window.pwned = () => { window.ran.push("pwned"); };
window.alert = window.confirm = window.prompt = () => { window.ran.push("dialog"); };
document.addEventListener("securitypolicyviolation", event => {
    window.ran.push(event.violatedDirective + " " + event.blockedURI);
});
"""

# The elements that a message may contain, and a selector for all others in the log.
STRANGE = """() => {
    const known = ["href", "rel", "dir", "class", "title", "data-mention"];
    const added = {A: ["tabindex"], BUTTON: ["tabindex", "type", "aria-live"]};  // by our scripts
    const tags = ("P BR STRONG EM S CODE PRE BLOCKQUOTE UL OL LI A HR SPAN MARK H3 H4 H5 H6"
        + " TABLE THEAD TBODY TR TH TD").split(" ");
    const ours = "div.table, pre > button.copy";
    const found = [];
    for (const body of document.querySelectorAll(".message-body"))
        for (const element of body.querySelectorAll("*")) {
            if (!tags.includes(element.tagName) && !element.matches(ours))
                found.push(element.outerHTML);
            if (element.hasAttribute("href") && !/^(https?|mailto):/.test(element.href))
                found.push(element.outerHTML);
            for (const attribute of element.attributes)
                if (!known.includes(attribute.name)
                    && !added[element.tagName]?.includes(attribute.name))
                    found.push(element.outerHTML);
        }
    return found;
}"""

# Sends messages as fast as possible and waits until all are acknowledged.
# The next text is sent when one is answered: the server lets nobody have hundreds that wait.
SEND = """([path, bodies]) => new Promise((done, failed) => {
    const socket = new WebSocket(`ws://${location.host}/ws${path}`);
    let sent = 0, answered = 0;
    const send = () => {
        const frame = {body: {body: bodies[sent], nonce: `sent-${sent}`}};
        if (sent++ < bodies.length) socket.send(JSON.stringify(frame));
    };
    socket.onopen = () => bodies.slice(0, 50).forEach(send);
    socket.onclose = ({code}) => failed(`closed: ${code}`);
    socket.onmessage = ({data}) => {
        for (const _ of data.matchAll(/data-sent="sent-|id="compose-errors"/g)) {
            answered++;
            send();
        }
        if (answered >= bodies.length) done(answered);
    };
})"""

# For `manage.py shell`: creates a room with messages; with names, also rooms and a user with them.
SEED = """
import json
from messaging.message.actions import Draft, post_messages
from rooms.actions import create_room, join_room, join_or_create_room, NameRefused
from rooms.models import Room
from users.models import User
ana, bruno = (User.objects.get(username=name) for name in ("ana", "bruno"))
given = json.loads(input())
room = Room.objects.filter(slug=given["room"]).first() or create_room(ana, given["room"])
join_room(room, bruno)
drafts = [Draft(bruno, body, f"{room.slug}-{n}") for n, body in enumerate(given["bodies"])]
post_messages(room, drafts)
for name in given["names"]:
    try:
        named = join_or_create_room(ana, name)[0]
        Room.objects.filter(pk=named.pk).update(topic=name)
    except NameRefused:
        pass
if given["names"]:
    User.objects.filter(pk=bruno.pk).update(display_name=given["names"][0])
"""


@pytest.fixture
def ana(person):
    return person("ana")


@pytest.fixture
def tell(server):
    """Return a function that stores messages in a room and returns the room's path."""

    def store(room, bodies, names=()):
        given = json.dumps({"room": room, "bodies": bodies, "names": list(names)})
        source = SEED.replace("input()", repr(given))
        server.python("manage.py", "shell", "--verbosity", "0", input=source)
        return f"/rooms/{room}/"

    return store


def trapped(someone):
    """Install `pwned` in every document that a user opens from now on; return its calls."""
    dialogs = []
    someone.page.add_init_script(TRAP)
    someone.page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    return lambda: dialogs + someone.page.evaluate("window.ran")


def assert_whole(someone, path):
    """Assert that the room's page has each of its elements once and fits the window."""
    page = someone.page
    assert page.url.removeprefix(someone.url) == path
    for part in ("form#compose", "#messages", "#cursor", "#people", "#sidebar", "#main"):
        expect(page.locator(part)).to_have_count(1)
    expect(page.locator(".message-body [id], .message-body [hx-get]")).to_have_count(0)
    assert page.evaluate(STRANGE) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    twice = "[...document.querySelectorAll('[id]')].map(e => e.id)"
    ids = page.evaluate(twice)
    assert sorted(ids) == sorted(set(ids))


def test_nothing_runs_of_what_is_shown(ana, tell):
    caught = trapped(ana)
    path = tell("corpus", PAYLOADS)
    shown = 0
    addresses = [f"{path}?after={position}" for position in range(0, len(PAYLOADS), 50)]
    for address in [*addresses, path]:
        ana.goto(address)
        shown += ana.page.locator(".message-body").count()
        assert_whole(ana, address)
        ana.page.mouse.move(400, 300)
        assert caught() == []
    assert shown >= len(PAYLOADS) > 150


def test_nothing_runs_of_what_is_pushed_while_one_reads(ana, person):
    path = ana.join_or_create("pushed")
    bruno = person("bruno")
    bruno.join_or_create("pushed")
    caught = [trapped(someone) for someone in (ana, bruno)]
    for someone in (ana, bruno):
        someone.goto(path)
        someone.is_connected()
    bruno.page.evaluate(SEND, [path, PAYLOADS])
    bruno.say("The end")
    expect(ana.bodies.last).to_have_text("The end")
    last = ana.page.locator("#messages .message").last
    assert int(last.get_attribute("data-position")) > 150
    for someone, ran in zip((ana, bruno), caught, strict=True):
        assert_whole(someone, path)
        assert ran() == []


def test_nothing_runs_of_what_is_searched_and_found(ana, tell):
    ana.forgive("422")  # some contain no word to search for
    caught = trapped(ana)
    tell("found", PAYLOADS)
    marked = 0
    asked = ["script", "alert", "img onerror", '"pwned"', "href javascript", "amp lt quot x3c"]
    for words in [*asked, *PAYLOADS[::5]]:
        ana.goto(f"/search/?{urlencode({'q': words[:200], 'room': 'found'})}")
        expect(ana.page.locator("main input[name=q]")).to_have_count(1)
        marked += ana.page.locator(".message-body mark").count()
        assert ana.page.evaluate(STRANGE) == []
        assert caught() == []
    assert marked > 100


def test_nothing_runs_of_the_names_of_rooms_and_people(ana, tell):
    names = sorted({" ".join(text.split()) for text in PAYLOADS if 2 < len(text) <= 60})
    path = tell("named", ["Hello"], names)
    caught = trapped(ana)
    ana.goto(path)
    assert_whole(ana, path)
    expect(ana.page.locator("#messages .message bdi").first).to_have_text(names[0])
    listed = ana.page.locator("#rooms a[href^='/rooms/']").evaluate_all("as => as.map(a => a.href)")
    for address in ["/", "/rooms/named/people/", "/people/", "/people/bruno/", "/log/"]:
        ana.goto(address)
        assert caught() == []
    for address in listed[:: max(1, len(listed) // 10)]:
        ana.goto(address.removeprefix(ana.url))
        expect(ana.page.locator("form#compose")).to_have_count(1)
        assert caught() == []
    assert len(listed) > 80


def test_the_trap_catches_what_is_not_made_harmless(ana):
    ana.forgive("Content Security Policy", "404", "ERR_")
    caught = trapped(ana)
    ana.goto("/rooms/library/")
    raw = "html => document.querySelector('.message-body').innerHTML = html"
    ana.page.evaluate(raw, "<img src=x onerror=pwned()>")
    ana.page.wait_for_function("window.ran.length > 0")
    assert [part.partition(" ")[0] for part in caught()] == ["script-src-attr"]
    assert set(ana.page.evaluate(STRANGE)) == {'<img src="x" onerror="pwned()">'}
