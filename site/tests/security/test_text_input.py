"""Input that is not valid UTF-8 text is rejected with 400 first, on both databases.

The servers are real, so that the site gets exactly the bytes that a client sends.
"""

import json
import re
import socket
from contextlib import ExitStack

import pytest
import requests
from django.test import Client
from websockets.sync.client import connect

from ..conftest import SEED
from ..faults.stores import PostgreSQL, started
from ..servers import Server

PASSWORD = "correct horse"
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=x"


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def site(request, static_files, tmp_path_factory):
    """A server with Ana, Bruno and Eve, on each database; its log must have no traceback."""
    with ExitStack() as stack:
        database = {}
        if request.param == "postgresql":
            database["DATABASE_URL"] = stack.enter_context(started(PostgreSQL())).create("site")
        server = Server(tmp_path_factory.mktemp(request.param), **database)
        server.prepare(SEED)
        server.start()
        try:
            yield server
        finally:
            server.stop()
        lines = server.log.read_text().splitlines()
        assert [line for line in lines if "Traceback" in line] == []


@pytest.fixture(scope="module")
def cookies(site):
    """{name: (cookies, CSRF token)} of a logged-in user and of an anonymous one."""
    browser = requests.Session()
    page = browser.get(f"{site.url}/accounts/login/")
    nobody = {"token": token_in(page.text), "cookie": f"csrftoken={browser.cookies['csrftoken']}"}
    form = {"login": "ana", "password": PASSWORD, "csrfmiddlewaretoken": nobody["token"]}
    page = browser.post(f"{site.url}/accounts/login/", form)
    assert "sessionid" in browser.cookies
    cookie = "; ".join(f"{each.name}={each.value}" for each in browser.cookies)
    return {"nobody": nobody, "ana": {"token": token_in(page.text), "cookie": cookie}}


def token_in(page):
    return re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]


@pytest.fixture(params=["ana", "nobody"])
def send(request, site, cookies):
    """Return a function that sends a raw request and returns the response's status."""
    token, cookie = cookies[request.param].values()

    def sent(line, *headers, body=b"", cookie=cookie):
        body = body.replace(b"TOKEN", token.encode())
        head = [line + b" HTTP/1.1", b"Host: 127.0.0.1:%d" % site.port, *headers]
        head += [b"Connection: close", b"Content-Length: %d" % len(body)]
        head += [b"Cookie: " + (cookie if isinstance(cookie, bytes) else cookie.encode())]
        with socket.create_connection(("127.0.0.1", site.port), timeout=20) as connection:
            connection.sendall(b"\r\n".join([*head, b"", body]))
            return int(connection.makefile("rb").readline().split()[1])

    return sent


PAGES = [b"/", b"/accounts/login/", b"/search/", b"/people/", b"/rooms/library/", b"/healthz"]
FORMS = [b"/accounts/login/", b"/accounts/signup/", b"/rooms/", b"/rooms/library/messages/"]
NO_TEXT = [b"%00", b"a%00b", b"%ff", b"%C3", b"%ED%A0%80", b"%C0%80", b"%F8%88%80%80%80", b"%80a"]


@pytest.mark.parametrize("text", NO_TEXT)
def test_no_address_holds_what_is_no_text(send, text):
    queries = [b"q=" + text, text, b"%s=1" % text]
    assert {send(b"GET %s?%s" % (page, query)) for page in PAGES for query in queries} == {400}
    assert {send(b"GET /%s" % octets) for octets in (b"\xff", b"?\xff", b"?q=\xc3\xa9")} == {400}
    paths = [b"/%s/", b"/rooms/%s/", b"/people/%s/", b"/enter/%s/", b"/static/%s", b"/admin/%s/"]
    assert {send(b"GET " + path % text) for path in paths} == {400}


CHARSETS = ["unicode_escape", "raw_unicode_escape", "utf-16", "UTF-32", "utf-7", "latin-1", "idna"]
CHARSETS += ["punycode", "hex", "base64", "rot13", "zlib", "mbcs", "undefined", "x", "utf-8-sig"]
CHARSETS += ['"utf-16"', "utf-8; charset=utf-16", "utf-16; charset=utf-8", "\\utf-8", "'utf-8'", ""]


@pytest.mark.parametrize("charset", CHARSETS)
def test_no_form_is_in_another_charset(send, charset):
    body = b"csrfmiddlewaretoken=TOKEN&login=\\ud800&body=+AGE-&name=%5Cx00&_charset_=utf-8"
    kinds = [
        f"{kind}; {name}={charset}"
        for kind in (FORM, "text/plain")
        for name in ("charset", "CharSet ")
    ]
    statuses = {
        send(b"POST " + form, f"Content-Type: {kind}".encode(), body=body)
        for form in FORMS[:2]
        for kind in kinds
    }
    assert statuses == {400}
    assert send(b"GET /accounts/login/?x=1", f"Content-Type: {kinds[0]}".encode()) == 400


@pytest.mark.parametrize(
    "kind",
    [
        FORM + "; charset*=utf-16''utf-8",
        FORM + "; charset*=utf-8''utf%2D16",
        FORM + "; charset*=no-such''x",
        FORM + "; charset*0=utf-; charset*1=16",
        FORM + "; x*=unicode_escape''y",
        FORM + "; charset=" + "x" * 20_000,
        "multipart/form-data; boundary=" + "x" * 10_240,
        "multipart/form-data; boundary=\xff",
        "multipart/form-data; boundary*=utf-16''x",
        "multipart/form-data; charset=utf-16; boundary=x",
        "multipart/form-data; boundary=",
        "multipart/form-data",
        "multipart/form-data; boundary=x; boundary",
    ],
)
def test_no_form_comes_with_a_kind_that_cannot_be_read(send, kind):
    body = b'--x\r\nContent-Disposition: form-data; name="login"\r\n\r\nana\r\n--x--\r\n'
    header = f"Content-Type: {kind}".encode("latin-1")
    assert {send(b"POST " + form, header, body=body) for form in FORMS} <= {400, 431}


@pytest.mark.parametrize(
    "body",
    [b"%s=x" % text for text in NO_TEXT]
    + [b"login=" + text for text in NO_TEXT if b"%00" not in text]
    + [
        b"login=\xff",
        b"\xff=x",
        b"login=\xed\xa0\x80",
        b"_charset_=utf-16",
        b"_charset_=x&_charset_=",
    ]
    + [b"&".join(b"a%d=" % number for number in range(3_000))],
)
def test_no_form_holds_what_is_no_text(send, body):
    body = b"csrfmiddlewaretoken=TOKEN&" + body
    header = f"Content-Type: {FORM}".encode()
    assert {send(b"POST " + form, header, body=body) for form in FORMS} == {400}


PART = b'Content-Disposition: form-data; name="login"'
TOKEN = b'--x\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\nTOKEN\r\n'


@pytest.mark.parametrize(
    "part",
    [
        PART + b"\r\nContent-Type: text/plain; charset=utf-16\r\n\r\na",
        PART + b'\r\nContent-Type: text/plain; charset="unicode_escape"\r\n\r\na',
        PART + b'; filename="a"\r\nContent-Type: text/plain; charset=utf-7\r\n\r\na',
        PART + b"; filename*=utf-16''a\r\n\r\na",
        PART + b"; filename*=no-such''a\r\n\r\na",
        PART + b'; filename="a\x00b"\r\n\r\na',
        PART + b'; filename="\xff"\r\n\r\na',
        b'Content-Disposition: form-data; name="a\x00b"\r\n\r\na',
        b"Content-Disposition: form-data; name*=unicode_escape''%5Cud800\r\n\r\na",
        b'Content-Disposition: form-data; name="_charset_"\r\n\r\nutf-16',
        PART + b"\r\n\r\n\xff",
        PART + b"\r\n\r\n\xed\xa0\x80",
    ],
)
def test_no_part_of_a_form_is_in_another_charset(send, part):
    body = TOKEN + b"--x\r\n" + part + b"\r\n--x--\r\n"
    header = f"Content-Type: {MULTIPART}".encode()
    assert {send(b"POST " + form, header, body=body) for form in FORMS} == {400}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"--x",
        b"--x--",
        b"--x\r\n",
        TOKEN,
        TOKEN + b"--x\r\n" + PART,
        TOKEN + b"--x\r\n" + PART + b"\r\nContent-Transfer-Encoding: base64\r\n\r\n!\r\n--x--",
        TOKEN + b"--x\r\n" + b"A: b\r\n" * 3_000 + b"\r\n--x--",
        TOKEN + (b"--x\r\n" + PART + b"\r\n\r\na\r\n") * 3_000 + b"--x--",
        TOKEN + (b"--x\r\n" + PART + b'; filename="a"\r\n\r\na\r\n') * 300 + b"--x--",
    ],
)
def test_no_malformed_form_is_a_failure(send, body):
    header = f"Content-Type: {MULTIPART}".encode()
    assert {send(b"POST " + form, header, body=body) // 100 for form in FORMS} <= {2, 3, 4}


@pytest.mark.parametrize("name", [b"sessionid", b"csrftoken", b"messages", b"reading", b"x"])
@pytest.mark.parametrize("value", [rb'"\000abcdefgh"', rb'"abcdefgh\000"', b"%00" * 9, b"\xff" * 9])
def test_no_cookie_is_a_failure(send, name, value):
    """Quoted cookies can escape any byte; other cookies are literal."""
    statuses = {send(b"GET " + page, cookie=name + b"=" + value) for page in PAGES}
    assert statuses == {400} if b"\\000" in value else max(statuses) < 500
    body, header = b"csrfmiddlewaretoken=TOKEN", f"Content-Type: {FORM}".encode()
    assert send(b"POST /accounts/login/", header, body=body, cookie=name + b"=" + value) < 500


@pytest.mark.parametrize(
    "value", [b"\x00", b"a\x00b", b"\xff\xfe", b"x" * 5_000, b"en;q=\xb2", b","]
)
@pytest.mark.parametrize(
    "name", [b"Accept-Language", b"User-Agent", b"Accept", b"Referer", b"Origin"]
)
def test_no_header_is_a_failure(send, name, value):
    assert send(b"GET /accounts/login/", name + b": " + value) < 500
    body, header = b"csrfmiddlewaretoken=TOKEN&login=a&password=b", f"Content-Type: {FORM}".encode()
    assert send(b"POST /accounts/login/", header, name + b": " + value, body=body) < 500


@pytest.mark.parametrize(
    "name", ["session", "next", "email", "action_remove", "credential", "code"]
)
def test_no_field_brings_what_no_database_stores_past_its_form(send, name):
    forms = b"""/profile/sessions/end/ /accounts/login/ /accounts/email/
        /accounts/2fa/webauthn/login/ /accounts/password/reset/ /accounts/login/code/ /profile/
        /profile/status/ /accounts/2fa/totp/activate/ /accounts/reauthenticate/
        /notifications/stop/x/ /setup/"""
    body = f"csrfmiddlewaretoken=TOKEN&{name}=a%00b&action_send=1&password=x".encode()
    header = f"Content-Type: {FORM}".encode()
    assert {send(b"POST " + form, header, body=body) // 100 for form in forms.split()} <= {2, 3, 4}


@pytest.mark.parametrize(
    "fields",
    [
        {"body": "a\x00b", "nonce": "n"},
        {"body": "a\ud800b", "nonce": "n"},
        {"body": "a", "nonce": "\x00"},
        {"body": "a", "nonce": "\udfff"},
        {"body": "\udc00\ud800", "nonce": "\ud800"},
    ],
)
def test_a_frame_that_is_no_text_is_refused_with_a_sentence(site, cookies, fields):
    address = f"ws://127.0.0.1:{site.port}/ws/rooms/library/"
    cookie = {"Cookie": cookies["ana"]["cookie"]}
    with connect(address, origin=site.url, additional_headers=cookie, compression=None) as page:
        page.send(json.dumps({"body": {"cursor": "0"}}))
        page.send(json.dumps({"seen": "\x00", "typing": "\ud800"}))
        page.send(json.dumps({"body": {"cursor": "\ud800"}}))
        page.send(json.dumps({"body": fields | {"\ud800": "\x00"}}))
        while 'id="compose-errors"' not in (answer := page.recv(timeout=10)):
            pass
    assert "cannot be stored" in answer or "reload the page" in answer


def test_a_form_says_itself_what_cannot_be_stored_in_its_field(lobby, bruno, client_of, page):
    path = f"{lobby.get_absolute_url()}messages/"
    response = client_of(bruno).post(path, {"body": "a\x00b", "nonce": "n"})
    assert response.status_code == 422
    assert page(response).select_one("#compose-errors").get_text(strip=True)


def test_past_the_forms_both_databases_are_spared(bruno, client_of):
    response = client_of(bruno).post("/profile/sessions/end/", {"session": "\x00"})
    assert response.status_code == 400


def test_a_refusal_is_protected_like_every_page(db):
    headers = Client().get("/accounts/login/?q=%00").headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'self'" in headers["Content-Security-Policy"]
