"""No input by form, URL or socket causes a server error."""

import asyncio
import itertools
import json
import re
import time
from types import SimpleNamespace
from urllib.parse import quote, urljoin

import pytest
from bs4 import BeautifulSoup
from django.db import transaction
from django.forms import BaseForm, Form, ModelForm
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import messaging.drafts.forms
import messaging.later.forms
import messaging.message.forms
import messaging.reactions.forms
import messaging.scheduled.forms
import rooms.forms
import rooms.moderation.forms
import users.forms
from messaging.conftest import arrive, awake  # noqa: F401
from messaging.live import post_queue, protocol
from messaging.markdown.rendering import render_body
from rooms.forms import DeletionForm, InviteForm
from rooms.moderation.forms import BanForm
from users.login.forms import SetPasswordForm

# The same inputs in every run, so that failures are reproducible.
steadily = settings(
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

HOSTILE = [
    "\x00",
    "a\x00b",
    "\ud800",
    "a\udfffb",
    "\u202eevil\u2066",
    "\u200b\u200d\ufeff",
    "x" + "\u0301" * 500,
    "m" * 10_000,
    "*" * 8_000,
    str(2**63),
    str(-(2**63) - 1),
    "9" * 400,
    "-1",
    "NaN",
    "-Infinity",
    "1e400",
    "٣",
    "²",
    "0x10",
    '{"a": [1, null]}',
    "[" * 500,
    "a\r\nBcc: eve@example.com\r\n\r\nb",
    "{{ settings.SECRET_KEY }}{% debug %}",
    "'; DROP TABLE users_user; --",
    '" OR ""="',
    "%s%n%(name)s%00",
    "<script>pwned()</script>",
    "../../etc/passwd",
    "//evil.example/",
    "javascript:pwned()",
    "eve@example.com\nana@example.com",
    "@room @here @ana @" + "a" * 300,
    "9999-12-31",
    "0000-00-00",
    "\N{PILE OF POO}" * 3_000,
    " ",
    "",
]
# Text that a form or URL can contain: a lone surrogate has no UTF-8.
SENDABLE = [text for text in HOSTILE if not re.search("[\ud800-\udfff]", text)]

PAGES = {
    "ana": """/ /?archived /profile/ /profile/sessions/ /people/ /people/bruno/ /invitations/ /log/
        /workspace/ /system/ /reports/ /mentions/ /search/ /rooms/den/ /rooms/den/compose/
        /rooms/den/leave/ /rooms/den/people/ /rooms/den/people/{bruno}/ /rooms/den/bans/
        /rooms/den/settings/ /rooms/den/log/ /rooms/den/transcript/ /rooms/den/notifications/
        /messages/{den.message}/reactions/ /messages/{den.message}/reactions/?q=heart
        /messages/{den.message}/pin/ /rooms/den/pinned/ /rooms/den/scheduled/ /scheduled/
        /messages/{den.message}/save/ /later/
        /rooms/den/?reply={den.message} /reports/{den.report}/history/
        /messages/{den.message}/report/ /messages/{den.ana's}/edit/ /messages/{den.ana's}/delete/
        /accounts/email/ /accounts/password/change/ /accounts/logout/ /accounts/reauthenticate/
        /accounts/2fa/ /accounts/2fa/totp/activate/ /accounts/3rdparty/""",
    "eve": "/ /rooms/lobby/ /people/bruno/ /profile/",
    "nobody": """/accounts/login/ /accounts/signup/ /accounts/password/reset/ /accounts/login/code/
        /enter/{login-link}/ /invitations/{invited}/ /notifications/stop/{stop}/""",
}


def ask(browser, method, address, *arguments, **options):
    """Return the status of a request (500 for an exception) and roll back its effects."""
    client = Client(raise_request_exception=False)
    client.cookies.update(browser.cookies)
    with transaction.atomic():
        response = getattr(client, method)(address, *arguments, **options)
        transaction.set_rollback(True)
    return response.status_code


@pytest.fixture
def forms(town):
    """Return every form that Ana, Eve or nobody finds: (name, method, URL, {field: value})."""
    found = {}
    for name, pages in PAGES.items():
        for page in pages.split():
            address = page.format_map(Words(town.things))
            response = town.browsers[name].get(address, follow=True)
            html = b"".join(response) if not response.streaming else b""
            for form in BeautifulSoup(html, "html.parser").select("form"):
                targets = [form.get("action") or address]
                targets += [button["formaction"] for button in form.select("[formaction]")]
                fields = {field["name"]: value_of(field) for field in form.select("[name]")}
                for target in targets:
                    where = urljoin(address, target).partition("?")[0]
                    method = form.get("method", "get").lower()
                    found[name, method, where, *sorted(fields)] = (name, method, where, fields)
    return list(found.values())


class Words(dict):
    """The fixture `things` for `format`, which would split its words at their dots."""

    def __init__(self, things):
        super().__init__(things)
        for room in ("lobby", "den"):
            self[room] = Room(things, room)


class Room:
    def __init__(self, things, slug):
        self.__dict__ = {
            word.removeprefix(f"{slug}."): thing
            for word, thing in things.items()
            if word.startswith(f"{slug}.")
        }


def value_of(field):
    if field.name == "textarea":
        return field.get_text() or "Text"
    if field.name == "select":
        chosen = field.select_one("option[selected]") or field.select_one("option")
        return chosen.get("value", "") if chosen else ""
    return field.get("value", "on" if field.get("type") == "checkbox" else "")


def test_no_field_of_any_form_brings_the_product_down(town, forms):
    sent, failed = 0, []
    texts = itertools.cycle(SENDABLE)
    for name, method, address, fields in forms:
        everywhere = [dict.fromkeys(fields, text) for text in itertools.islice(texts, 2)]
        one_by_one = [
            {**fields, field: text}
            for field in fields
            if field != "csrfmiddlewaretoken"
            for text in itertools.islice(texts, 4)
        ]
        for data in [{}, *everywhere, *one_by_one]:
            status = ask(town.browsers[name], method, address, data)
            sent += 1
            if status >= 500:
                failed.append((status, method, address, data))
    print(f"{sent} inputs into {len(forms)} forms")
    assert failed == []
    assert len(forms) > 50
    assert sent > 400


OUR_FORMS = (
    *(users.forms, rooms.forms, rooms.moderation.forms, messaging.drafts.forms),
    *(messaging.message.forms, messaging.reactions.forms, messaging.later.forms),
    messaging.scheduled.forms,
)


def test_no_form_of_ours_fails_at_what_is_in_it(den, ana, bruno):
    made_with = {
        InviteForm: [den],
        DeletionForm: [den],
        BanForm: [den.membership_of(ana)],
        SetPasswordForm: [ana],
    }
    classes = {
        found
        for module in OUR_FORMS
        for found in vars(module).values()
        if isinstance(found, type)
        and issubclass(found, BaseForm)
        and "tests" not in found.__module__
    }
    tried = 0
    for form in sorted(classes - {BaseForm, Form, ModelForm}, key=lambda form: form.__name__):
        for text in SENDABLE:
            data = dict.fromkeys(form.base_fields, text)
            form(*made_with.get(form, []), data=data).is_valid()
            tried += 1
    assert tried > 500


def test_no_body_that_is_not_a_form_brings_the_product_down(town):
    bodies = [
        ("application/json", '{"body": ["x"], "nonce": {"a": 1}}'),
        ("application/x-www-form-urlencoded", b"body=%ff%fe&nonce=%00&body"),
        ("application/x-www-form-urlencoded; charset=utf-7", b"body=+AGE-"),
        ("application/x-www-form-urlencoded", b"&".join(b"a%d=" % n for n in range(1001))),
        ("multipart/form-data", b"no boundary"),
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="body'),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="body"; filename="x"\r\n\r\ny\r\n--x--',
        ),
    ]
    places = """/rooms/ /rooms/den/messages/ /rooms/den/compose/ /rooms/den/settings/ /profile/
        /profile/status/ /rooms/den/people/ /accounts/password/change/
        /accounts/2fa/totp/activate/"""
    failed = [
        (address, body[:40])
        for address in places.split()
        for kind, body in bodies
        if ask(town.browsers["ana"], "post", address, body, content_type=kind) >= 500
    ]
    assert failed == []


PLACES = [
    "/rooms/{}/",
    "/rooms/{}/people/1/",
    "/rooms/lobby/people/{}/",
    "/rooms/lobby/people/?page={}",
    "/rooms/lobby/bans/{}/lift/",
    "/rooms/lobby/?before={}",
    "/rooms/lobby/?after={}",
    "/rooms/lobby/?around={}",
    "/rooms/lobby/?refresh={}&reading={}",
    "/rooms/lobby/transcript/?day={}&after={}",
    "/rooms/lobby/export/{}/",
    "/messages/{}/",
    "/messages/{}/edit/",
    "/messages/{}/report/",
    "/reports/{}/resolve/",
    "/reports/?page={}",
    "/mentions/?page={}",
    "/search/?q={}",
    "/search/?q=a&room={}&before={}",
    "/log/?page={}",
    "/people/{}/",
    "/people/{}/talk/",
    "/people/?q={}&page={}",
    "/people/{}/deactivate/",
    "/invitations/{}/",
    "/invitations/{}/revoke/",
    "/enter/{}/",
    "/notifications/stop/{}/",
    "/system/tasks/{}/retry/",
    "/accounts/login/?next={}",
    "/accounts/confirm-email/{}/",
    "/accounts/password/reset/key/{}-{}/",
    "/accounts/2fa/webauthn/keys/{}/edit/",
    "/accounts/oidc/{}/login/callback/?state={}&code={}",
    "/design/{}/",
    "/{}/",
]


def test_no_address_brings_the_product_down(town):
    numbers = [str(number) for number in (0, -1, 2**31, 2**63 - 1, 2**63, 2**64, 10**80)]
    texts = itertools.cycle(text for text in SENDABLE if len(text) < 1_000)
    failed, tried = [], 0
    for place in PLACES:
        for text in [*numbers, *itertools.islice(texts, 13)]:
            address = place.replace("{}", quote(text, safe=""))
            method = (
                "post" if place.endswith(("/lift/", "/talk/", "/resolve/", "/retry/")) else "get"
            )
            status = ask(town.browsers["ana"], method, address)
            tried += 1
            if status >= 500:
                failed.append((status, address))
    print(f"{tried} addresses")
    assert failed == []
    assert tried > 600


# Text that a frame can contain: surrogates arrive as JSON escapes.
anything = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=40))
values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), anything),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(anything, inner, max_size=3),
    max_leaves=6,
)
names = st.sampled_from(
    ["body", "nonce", "cursor", "seen", "typing", "headers", "type", "user", "room", "__class__"]
)
frames = st.one_of(
    st.dictionaries(names, values, max_size=4),
    st.fixed_dictionaries({"body": st.dictionaries(names, values, max_size=4)}),
    values,
).map(json.dumps)


@settings(steadily, max_examples=600)
@given(st.one_of(frames, st.text(max_size=60), st.sampled_from(["[" * 60_000, '{"a":' * 20_000])))
def test_a_frame_is_form_fields_or_refused(text):
    try:
        fields = protocol.fields_of(text)
    except ValueError:  # the socket is closed with 1007
        return
    assert all(isinstance(value, str) for value in fields.values())


@settings(steadily, max_examples=150)
@given(body=anything, nonce=anything, cursor=anything)
def test_what_a_socket_sends_is_stored_or_refused(lobby, bruno, body, nonce, cursor):
    with transaction.atomic():
        send = post_queue.Send(bruno.pk, lobby.pk, {"body": body, "nonce": nonce})
        (answer,) = post_queue.post_all([send])
        reader = SimpleNamespace(user_id=bruno.pk, room_id=lobby.pk)
        protocol.mark_seen([(reader, {"seen": cursor})])
        assert "data-sent=" in answer or 'id="compose-errors"' in answer
        answer.encode()
        transaction.set_rollback(True)
    assert protocol.cursor_of({"cursor": cursor}) in {None, *range(101)} or int(cursor) <= 2**62


async def test_other_sockets_are_unaffected_by_what_one_sends(arrive, lobby, ana, bruno):  # noqa: F811
    witness = await arrive(ana, lobby)
    texts = ["{", "", "[]", "null", '"x"', "\x00", "[" * 60_000, b"\x00\xff", "NaN", '{"body":{}}']
    texts += [json.dumps({"body": {"body": text, "nonce": text}}) for text in HOSTILE]
    texts += [json.dumps({"cursor": text}) for text in HOSTILE]
    texts += [json.dumps({"type": "room.changed", "body": 1, "seen": text}) for text in HOSTILE]
    codes, sender = set(), None
    for number, text in enumerate(texts):
        if number % 10 == 0 or sender.code:
            sender = await arrive(bruno, lobby, cursor=None)
        await sender.send_frame(text)
        await asyncio.sleep(0)
        if number < 10 and '"body":{}' not in str(text):
            codes.add(await sender.closed())
    assert codes == {1003, 1007}
    await witness.post("Still here")
    await witness.until(lambda page: page.texts[-1:] == ["Still here"])
    assert witness.code is None


@pytest.mark.parametrize(
    "mark", ["*", "[", ">", "`", "_", "~", "![", "](", "<", "&", "- ", "1. ", "\\", "@a "]
)
def test_a_body_of_nothing_but_marks_is_drawn_at_once(mark):
    body = (mark * 8_000)[:8_000]
    begun = time.process_time()
    render_body(body, lambda words: {})
    assert time.process_time() - begun < 1.0  # expected: 0.1; the rest is for slow machines


@settings(steadily, max_examples=300)
@given(st.text(alphabet="*_[]()<>`~!#-+|&;:/\\\"'=@ \n\tajx0", max_size=80))
def test_whatever_is_written_becomes_harmless_markup(body):
    page = BeautifulSoup(render_body(body), "html.parser")
    for element in page.find_all(True):
        assert set(element.attrs) <= {"href", "rel", "dir", "class", "data-mention"}
        assert element.get("href", "https:").startswith(("http:", "https:", "mailto:"))
