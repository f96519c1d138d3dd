"""Answers that never end, are too long, compressed or broken. Cases 46 and 52."""

import gzip
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from core.http.client import MAX_ANSWER, Refused, Unreachable, request
from tests.outside import Reply, Stream

OK = b"HTTP/1.1 200 OK\r\n"
SLOWER_THAN = 10  # seconds: what the shortened time never takes, not even on a busy machine


def stream(*first, then=b"", pause=0.0):
    """An answer of `first`, and `then` again and again until the client has gone."""

    def write(send):
        for piece in first:
            send(piece)
        while then:
            send(then)
            time.sleep(pause)

    return Stream(write)


def hang(*first):
    """An answer of `first`, and silence."""

    def write(send):
        for piece in first:
            send(piece)
        threading.Event().wait(2 * SLOWER_THAN)

    return Stream(write)


def url_of(outside, answer, port=80):
    return outside.site("a.example", port=port, answer=answer).url + "/"


@pytest.mark.parametrize(
    "answer",
    [
        stream(then=b"H", pause=0.02),
        stream(OK, then=b"X", pause=0.02),
        stream(OK, then=b"X-A: b\r\n", pause=0.02),
        stream(then=b"HTTP/1.1 100 Continue\r\n\r\n", pause=0.02),
        stream(OK, b"\r\n", then=b"x", pause=0.02),
        stream(OK, b"Content-Length: 30\r\n\r\n", then=b"x", pause=0.1),
        stream(OK, b"Transfer-Encoding: chunked\r\n\r\n", then=b"1\r\nx\r\n", pause=0.02),
        stream(OK, b"Transfer-Encoding: chunked\r\n\r\n", then=b"0", pause=0.02),
        stream(OK, b"Transfer-Encoding: chunked\r\n\r\n0\r\n", then=b"A: b\r\n", pause=0.02),
        stream(OK, b"Location: /\r\n", then=b"A: b\r\n", pause=0.02),
        hang(),
        hang(OK),
        hang(OK, b"Content-Length: 9\r\n\r\nx"),
        hang(OK, b"\r\n"),
    ],
)
@pytest.mark.parametrize(("port", "is_cut"), [(80, False), (443, True)])
def test_an_answer_that_takes_too_long_is_given_up(outside, short, answer, port, is_cut):
    url = url_of(outside, answer, port)
    began = time.monotonic()
    with pytest.raises(Unreachable):
        request(url, is_cut=is_cut)
    assert time.monotonic() - began < SLOWER_THAN


def test_a_caller_may_have_less_time(outside):
    url = url_of(outside, hang(OK))
    began = time.monotonic()
    for seconds in (0.2, 0, -1):
        with pytest.raises(Unreachable):
            request(url, seconds=seconds)
    assert time.monotonic() - began < SLOWER_THAN


def test_a_server_that_reads_nothing_is_given_up(outside, short, listener):
    outside.names["a.example"] = ["93.184.216.9"]
    outside.routes["93.184.216.9", 80] = listener.getsockname()[1]
    began = time.monotonic()
    with pytest.raises(Unreachable):
        request("http://a.example/", method="POST", body=b"x" * 50_000_000)
    assert time.monotonic() - began < SLOWER_THAN


def test_redirects_share_one_deadline(outside, short):
    site = outside.site("a.example", port=80)

    def answer(asked):
        time.sleep(0.2)
        return Reply(302, headers={"Location": "/"})

    site.answer = answer
    with pytest.raises(Unreachable):
        request(site.url)
    assert len(site.asked) <= 3


@pytest.mark.parametrize(
    "answer",
    [
        stream(OK, b"\r\n", then=b"x" * 65_536),
        stream(OK, b"Content-Length: 30000000000\r\n\r\n", then=b"x" * 65_536),
        stream(OK, b"Transfer-Encoding: chunked\r\n\r\n", then=b"1000\r\n" + b"x" * 4096 + b"\r\n"),
        stream(OK, b"Transfer-Encoding: chunked\r\n\r\nffffffffffff\r\n", then=b"x" * 65_536),
        stream(OK, b"Transfer-Encoding: chunked\r\n\r\n-1\r\n", then=b"x" * 65_536),
        stream(OK, b"Transfer-Encoding: chunked\r\n\r\n", then=b"1\r\nx\r\n" * 999),
        Reply(200, b"x" * (MAX_ANSWER + 1)),
    ],
)
def test_a_body_without_end_is_refused_or_cut(outside, answer):
    url = url_of(outside, answer)
    with pytest.raises(Refused, match="too_large"):
        request(url)
    cut = request(url, is_cut=True).body
    assert set(cut) <= {ord("x")} and len(cut) <= MAX_ANSWER
    if isinstance(answer, Reply):
        assert len(cut) == MAX_ANSWER


def test_a_long_body_is_refused_before_it_is_read(outside, short):
    url = url_of(outside, hang(OK, b"Content-Length: 30000000000\r\n\r\n"))
    with pytest.raises(Refused, match="too_large"):
        request(url)


@pytest.mark.parametrize("size", [0, 1, 99, 100])
def test_a_body_up_to_the_limit_is_returned(outside, size):
    url = url_of(outside, Reply(200, b"x" * size))
    assert request(url, most=100).body == request(url, most=100, is_cut=True).body == b"x" * size


def test_a_body_in_chunks_is_returned(outside):
    chunks = b"Transfer-Encoding: Chunked\r\n\r\n3;a=b\r\nabc\r\n2\r\nde\r\n0\r\nTrailer: x\r\n\r\n"
    assert request(url_of(outside, OK + chunks)).body == b"abcde"


@pytest.mark.parametrize("coding", ["gzip", "x-gzip", "deflate", "br", "zstd", "GZIP", "a, gzip"])
def test_a_compressed_answer_is_refused(outside, coding):
    bomb = gzip.compress(bytes(20_000_000))
    url = url_of(outside, Reply(200, bomb, {"Content-Encoding": coding, "X-A": "b"}))
    with pytest.raises(Refused, match="encoding"):
        request(url)
    answer = request(url, is_cut=True)
    assert (answer.status, answer.body, answer.headers["x-a"]) == (200, b"", "b")


def test_an_answer_compressed_on_its_way_is_refused(outside):
    with pytest.raises(Refused, match="encoding"):
        request(url_of(outside, OK + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"))


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"HTTP/1.1\r\n\r\n",
        b"HTTP/1.1 abc OK\r\n\r\n",
        b"HTTP/1.1 99999 OK\r\n\r\n",
        b"HTTP/1.1 -20 OK\r\n\r\n",
        b"HTTP/9.9 200 OK\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\n\r\nx",
        b"HTTP/1.1 102 Processing\r\n\r\n" * 99,
        b"HTTP/1.1 200 " + b"x" * 70_000 + b"\r\n\r\n",
        OK + b"A: " + b"x" * 70_000 + b"\r\n\r\n",
        OK + b"A: b\r\n" * 5_000 + b"\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n" * 5_000,
        OK + b"Content-Length: 9\r\n\r\nshort",
        OK + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
        OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nabc",
        OK + b"Transfer-Encoding: chunked\r\n\r\n-5\r\nabc\r\n0\r\n\r\n",
        OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nab",
        OK + b"Transfer-Encoding: chunked\r\n\r\n" + b"1" * 70_000,
    ],
)
def test_a_broken_answer_is_a_failure(outside, answer):
    with pytest.raises(Unreachable) as failure:
        request(url_of(outside, answer))
    assert str(failure.value).isprintable() and len(str(failure.value)) <= 200


@pytest.mark.parametrize(
    "head",
    [
        b"A: \x00\x07\x1b[31m\r\n",
        b"no colon\r\nB: c\r\n",
        b": empty\r\n",
        b"A: b\r\n\tc\r\n",
        b"A: \xff\xfe\xc3\xa9\r\n",
        b"A: b\rSet-Cookie: c\r\n",
        b"Content-Length: -7\r\n",
        b"Content-Length: x\r\n",
        b"Content-Length: " + b"9" * 5_000 + b"\r\n",
        b"A: b\nC: d\r\n",
    ],
)
def test_odd_headers_do_no_harm(outside, head):
    url = url_of(outside, OK + head + b"Content-Type: text/plain\r\n\r\nhi")
    try:
        answer = request(url)
    except Unreachable:
        return
    assert answer.status == 200
    assert not [text for text in answer.headers.values() if any(ord(x) < 32 for x in text)]


def test_repeated_headers_are_joined_and_names_are_lower_case(outside):
    answer = request(url_of(outside, OK + b"X-A: b\r\nx-a: c\r\nContent-Length: 0\r\n\r\n"))
    assert answer.headers == {"x-a": "b, c", "content-length": "0"}


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_answers_without_a_body(outside, method):
    for reply in (Reply(204), Reply(304), Reply(410, b"gone" if method == "GET" else b"")):
        answer = request(url_of(outside, reply), method=method)
        assert (answer.status, answer.body) == (reply.status, reply.body)
        outside.names.clear()


def test_many_requests_at_once_leave_no_threads_and_no_connections(outside):
    urls = [outside.site(f"push{number}.example").url for number in range(4)]
    before = {thread.name for thread in threading.enumerate()}
    with ThreadPoolExecutor(8, thread_name_prefix="sending") as pool:
        answers = pool.map(lambda number: request(urls[number % 4], method="POST"), range(80))
        assert [answer.status for answer in answers] == [200] * 80
    own = {thread.name for thread in threading.enumerate()} - before
    assert [name for name in own if "sending" in name or "lookup" in name] == []
