"""Uploads to a real server: from members, from strangers, at once, and on a disk that is full."""

import contextlib
import http.client
import re
import socket
import time

import pytest

from .floods import MIB, Neighbour, memory_of, request, send_and_read
from .test_slow_requests import written_by
from .towns import with_files

PATH = "/rooms/square/messages/"
BOUNDARY = "a-boundary"
CLOSING = f"\r\n--{BOUNDARY}--\r\n".encode()


@pytest.fixture(scope="module")
def town(on_sqlite, tmp_path_factory):
    with with_files(on_sqlite, tmp_path_factory.mktemp) as town:
        yield town


def token_of(port, cookie):
    """Return the cookies of a member and the CSRF token that belongs to them."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", "/rooms/square/", headers={"Cookie": cookie})
    answer = connection.getresponse()
    token = re.search(rb'name="csrfmiddlewaretoken" value="(\w+)"', answer.read())[1].decode()
    csrf = answer.headers["Set-Cookie"].split(";")[0]
    connection.close()
    return f"{cookie}; {csrf}", token


def beginning_of(body, token="", name="a.bin"):
    """Return the parts of a composer's form up to the content of its file."""
    fields = {"csrfmiddlewaretoken": token, "nonce": f"n-{name}", "body": body}
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'
        for key, value in fields.items()
    ]
    disposition = f'form-data; name="files"; filename="{name}"'
    return "".join([*parts, f"--{BOUNDARY}\r\nContent-Disposition: {disposition}\r\n\r\n"]).encode()


def head(cookie, *headers, path=PATH):
    kind = f"Content-Type: multipart/form-data; boundary={BOUNDARY}"
    return request(path, kind, f"Cookie: {cookie}", "Connection: close", *headers)


def upload(town, number, size, body="with a file", path=PATH, is_chunked=False):
    """Send a file of `size` bytes as a member; return (status, the response)."""
    cookie, token = token_of(town.server.port, town.cookies[number])
    parts = [beginning_of(body, token), *[bytes(MIB)] * (size // MIB), CLOSING]
    length = f"Content-Length: {sum(map(len, parts))}"
    if is_chunked:
        length = "Transfer-Encoding: chunked"
        parts = [b"%x\r\n%s\r\n" % (len(part), part) for part in parts] + [b"0\r\n\r\n"]
    return send_and_read(town.server.port, head(cookie, length, path=path), *parts)


def left_over(town):
    """Return the temporary files; those of a request go just after its answer."""
    limit = time.monotonic() + 10
    while (files := list(town.temporary.rglob("*"))) and time.monotonic() < limit:
        time.sleep(0.02)
    return files


def stored(town):
    return sorted(file.stat().st_size for file in town.files.rglob("*") if file.is_file())


@pytest.mark.parametrize("is_chunked", [False, True])
def test_fifty_megabytes_are_sent_within_the_budget_of_memory(town, is_chunked):
    upload(town, 1, MIB, f"a first one {is_chunked}")  # which compiles the room's templates
    before = stored(town)
    with Neighbour(town.server) as neighbour:
        status, answer = upload(town, 0, 50 * MIB, f"chunked {is_chunked}", is_chunked=is_chunked)
    neighbour.report("50 MB")
    assert status == 303, answer[:2000]
    assert stored(town) == sorted([*before, 50 * MIB])
    assert neighbour.grown <= 16 * MIB
    assert neighbour.is_served, neighbour.latencies
    assert left_over(town) == []


@pytest.mark.parametrize("is_chunked", [False, True])
@pytest.mark.parametrize("path", [PATH, "/rooms/square/compose/"])
def test_files_over_the_limit_are_refused_with_a_page(town, path, is_chunked):
    before = written_by(town.server), stored(town)
    status, answer = upload(town, 1, 60 * MIB, path=path, is_chunked=is_chunked)
    assert status == 413 and b"50.0\xc2\xa0MB" in answer
    assert stored(town) == before[1] and left_over(town) == []
    assert is_chunked or written_by(town.server) - before[0] < MIB


@pytest.mark.parametrize("cookie", ["", "sessionid=unknown", "sessionid=a; sessionid=b", "x=\xe9"])
@pytest.mark.parametrize("framing", ["Content-Length: 52428800", "Transfer-Encoding: chunked"])
def test_a_stranger_writes_no_more_than_a_form_to_the_disk(town, cookie, framing):
    before = written_by(town.server)
    piece = bytes(MIB)
    if "chunked" in framing:
        piece = b"100000\r\n" + piece + b"\r\n"
    pieces = [head(cookie, framing), *[piece] * 50]
    pieces += [b"0\r\n\r\n"] if "chunked" in framing else []
    status, answer = send_and_read(town.server.port, *pieces)
    assert (status, b"</html>" in answer) == (413, True)
    assert written_by(town.server) - before <= 2 * MIB
    assert left_over(town) == []


def test_a_member_writes_to_no_room_that_is_not_there(town):
    assert upload(town, 2, 2 * MIB, path="/rooms/nowhere/messages/")[0] == 404
    assert left_over(town) == []


def test_a_client_that_goes_away_in_the_middle_leaves_nothing(town):
    cookie, token = token_of(town.server.port, town.cookies[3])
    before = stored(town)
    with socket.create_connection(("127.0.0.1", town.server.port), 10) as connection:
        connection.sendall(head(cookie, f"Content-Length: {20 * MIB}"))
        connection.sendall(beginning_of("half", token) + bytes(10 * MIB))
    assert upload(town, 3, MIB)[0] == 303  # answered after the other was noticed
    assert len(stored(town)) == len(before) + 1 and left_over(town) == []


def test_a_fourth_upload_of_a_person_waits_for_the_others(town):
    cookie, token = token_of(town.server.port, town.cookies[4])
    opening = head(cookie, f"Content-Length: {20 * MIB}") + beginning_of("many", token)
    with contextlib.ExitStack() as stack:
        for _number in range(3):
            connection = socket.create_connection(("127.0.0.1", town.server.port), 10)
            stack.enter_context(contextlib.closing(connection))
            connection.sendall(opening + bytes(2 * MIB))
        status, answer = upload(town, 4, 2 * MIB)
        assert (status, b"Three of your uploads" in answer) == (429, True)
        assert upload(town, 5, 2 * MIB)[0] == 303


def test_who_logs_out_meanwhile_sends_nothing(town):
    cookie, token = token_of(town.server.port, town.cookies[6])
    parts = [beginning_of("too late", token), bytes(3 * MIB), CLOSING]
    length = sum(map(len, parts))
    with socket.create_connection(("127.0.0.1", town.server.port), 30) as connection:
        connection.sendall(head(cookie, f"Content-Length: {length}") + b"".join(parts[:2]))
        log_out(town.server.port, cookie, token)
        connection.sendall(parts[2])
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    assert answer.startswith(b"HTTP/1.1 302 ") and b"/accounts/login/" in answer
    assert "too late" not in {body for _pk, _position, body in town.stored()}


def log_out(port, cookie, token):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", "/accounts/logout/", f"csrfmiddlewaretoken={token}", headers)
    assert connection.getresponse().status == 302
    connection.close()


def test_pipelined_requests_after_a_refused_upload_are_not_answered(town):
    opening = head(town.cookies[7], f"Content-Length: {60 * MIB}")
    answer = send_and_read(
        town.server.port, opening, bytes(60 * MIB), request("/healthz", method="GET")
    )[1]
    assert answer.count(b"HTTP/1.1 ") == 1


def test_the_memory_of_all_uploads_is_given_back(town):
    assert memory_of(town.server) < 250 * MIB
