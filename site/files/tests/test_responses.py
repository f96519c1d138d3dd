"""The responses that hold the bytes of a file."""

import pytest
from django.test import RequestFactory

from files import responses, stores
from files.models import Blob
from files.responses import answer

from .stored import stored

CONTENT = bytes(range(10))
HEADERS = {
    "Accept-Ranges": "bytes",
    "Cache-Control": "private, max-age=31536000, immutable",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Vary": "Cookie",
    "X-Content-Type-Options": "nosniff",
}
pytestmark = pytest.mark.django_db


@pytest.fixture
def blob():
    return stored(CONTENT, "image/png", small=b"small")


@pytest.fixture
def ask(blob):
    """Return a function: the response to a request with these headers."""

    def asked(method="GET", small=False, name="photo.png", of=None, **headers):
        given = {key.replace("_", "-"): value for key, value in headers.items()}
        request = RequestFactory(headers=given).generic(method, "/")
        return answer(request, of or blob, name, small)

    return asked


def test_a_file_is_sent_whole_with_its_headers(ask, blob):
    response = ask()
    assert (response.status_code, response.content) == (200, CONTENT)
    assert HEADERS.items() <= dict(response.items()).items()
    assert response["ETag"] == f'"{blob.key}"'
    assert response["Content-Length"] == "10"
    assert response["Content-Type"] == "image/png"
    assert response["Content-Disposition"] == 'inline; filename="photo.png"'
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"


@pytest.mark.parametrize("content_type", ["video/mp4", "audio/wav"])
def test_the_page_that_a_browser_makes_of_a_film_may_load_it_and_nothing_else(ask, content_type):
    policy = ask(of=stored(b"film", content_type))["Content-Security-Policy"]
    assert policy == "default-src 'none'; media-src 'self'; sandbox allow-same-origin"


def test_the_small_picture_is_another_thing(ask, blob):
    response = ask(small=True)
    assert (response.content, response["Content-Type"]) == (b"small", "image/webp")
    assert response["ETag"] not in {ask()["ETag"], ""}
    assert response["Content-Disposition"] == 'inline; filename="photo.webp"'
    assert ask(small=True, If_None_Match=f'"{blob.key}"').status_code == 200


@pytest.mark.parametrize(
    ("header", "start", "end"), [("bytes=2-4", 2, 5), ("bytes=-5", 5, 10), ("bytes=5-", 5, 10)]
)
def test_a_range_is_sent_alone(ask, header, start, end):
    response = ask(Range=header)
    assert (response.status_code, response.content) == (206, CONTENT[start:end])
    assert response["Content-Range"] == f"bytes {start}-{end - 1}/10"
    assert response["Content-Length"] == str(end - start)
    assert HEADERS.items() <= dict(response.items()).items()


@pytest.mark.parametrize("header", ["bytes=9-1", "bytes=10-", "bytes=-0"])
def test_a_range_that_is_not_there_is_refused_and_not_kept(ask, header):
    response = ask(Range=header)
    assert (response.status_code, response["Content-Range"]) == (416, "bytes */10")
    assert (response.content, response["Cache-Control"]) == (b"", "no-store")


@pytest.mark.parametrize("header", ["bytes=0-0,5-9", "bytes=a-b", "items=1-2"])
def test_a_range_that_cannot_be_read_gives_the_whole(ask, header):
    response = ask(Range=header)
    assert (response.status_code, response.content) == (200, CONTENT)
    assert "Content-Range" not in response


def test_a_range_is_sent_only_of_the_version_that_the_client_has(ask, blob):
    range_, key = {"Range": "bytes=2-4"}, f'"{blob.key}"'
    statuses = [
        ask(If_Range=given, **range_).status_code
        for given in (key, f" {key} ", f"W/{key}", '"other"', "Wed, 21 Oct 2026 07:28:00 GMT", "")
    ]
    assert statuses == [206, 206, 200, 200, 200, 200]
    assert ask(If_Range='"other"', Range="bytes=99-").status_code == 200


@pytest.mark.parametrize("given", ["{}", "W/{}", '"a", {}', '{}, "a"', "*", ' W/"a",{} '])
def test_what_the_client_has_is_not_sent_again(ask, blob, given):
    response = ask(If_None_Match=given.format(f'"{blob.key}"'))
    assert (response.status_code, response.content) == (304, b"")
    assert HEADERS.items() <= dict(response.items()).items()
    # Browsers replace the headers that they have kept by these.
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert {"Content-Type", "Content-Length"}.isdisjoint(response.headers)


@pytest.mark.parametrize("given", ["", '"other"', "{}", '"{}', "W/", '"*"'])
def test_what_the_client_has_not_is_sent(ask, blob, given):
    assert ask(If_None_Match=given.format(blob.key)).status_code == 200


def test_what_the_client_has_comes_before_the_range(ask, blob):
    key = f'"{blob.key}"'
    assert ask(If_None_Match=key, Range="bytes=2-4").status_code == 304
    assert ask(If_None_Match=key, Range="bytes=99-").status_code == 304
    assert ask(If_None_Match='"other"', Range="bytes=2-4", If_Range=key).status_code == 206


def test_who_goes_on_with_another_version_is_told(ask, blob):
    key = f'"{blob.key}"'
    statuses = [ask(If_Match=given).status_code for given in (key, "*", f'"a", {key}', '"a"')]
    assert statuses == [200, 200, 200, 412]
    assert ask(If_Match=f"W/{key}").status_code == 412
    assert ask(If_Match='"a"', If_None_Match=key).status_code == 412
    assert ask(If_Match='"a"')["Cache-Control"] == "no-store"


def test_dates_are_not_compared_as_a_file_has_none(ask):
    for header in ("If_Modified_Since", "If_Unmodified_Since"):
        assert ask(**{header: "Wed, 21 Oct 2026 07:28:00 GMT"}).status_code == 200


def test_head_says_what_get_would_without_a_range(ask):
    told, sent = ask("HEAD"), ask()
    assert (told.content, dict(told.items())) == (b"", dict(sent.items()))
    assert ask("HEAD", Range="bytes=2-4")["Content-Length"] == "10"
    assert ask("HEAD", Range="bytes=99-").status_code == 200


@pytest.mark.parametrize(
    "content_type",
    [
        *("image/svg+xml", "text/html", "application/xhtml+xml", "text/xml", "text/javascript"),
        *("text/css", "application/pdf", "text/plain", "multipart/related", "image/heic", "x", ""),
    ],
)
def test_what_could_run_is_a_download_whatever_the_row_says(ask, content_type):
    response = ask(of=stored(b"<script>", content_type))
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"].startswith("attachment")
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("name", "saved_as"),
    [
        ('a"b\\c.png', r'filename="a\"b\\c.png"'),
        ("a\r\nSet-Cookie: x=1\n", 'filename="aSet-Cookie: x=1"'),
        ("día.png", "filename*=utf-8''d%C3%ADa.png"),
        ("\u202egnp.exe", "filename*=utf-8''%E2%80%AEgnp.exe"),
        ("a;filename=b.exe", 'filename="a;filename=b.exe"'),
        ("\x7f\x85.png", 'filename=".png"'),
        ("x" * 600, f'filename="{"x" * 600}"'),
    ],
)
def test_a_name_stays_inside_its_header(ask, name, saved_as):
    assert ask(name=name)["Content-Disposition"] == f"inline; {saved_as}"


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("size", [10, responses.AT_ONCE_BYTES + 1])
def test_a_file_whose_bytes_are_lost_is_a_page_with_words(ask, page, caplog, method, size):
    blob = stored(b"x" * size)
    stores.store().remove(blob.names)
    response = ask(method, of=blob)
    assert (response.status_code, page(response).h1.text) == (404, "The file is missing")
    assert [record.event for record in caplog.records] == ["files.missing"]
    assert "Content-Range" not in response and "immutable" not in str(response.headers)


def test_a_file_that_lost_its_end_is_not_sent_as_if_whole(ask):
    Blob.objects.filter(pk=(blob := stored(b"short")).pk).update(size=9)
    blob.refresh_from_db()
    assert ask(of=blob).status_code == 404


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_store_that_does_not_answer_says_when_to_try_again(
    ask, page, caplog, monkeypatch, method
):
    def fail(name):
        raise stores.Unavailable("nobody answers")

    monkeypatch.setattr(stores, "store_named", fail)
    response = ask(method)
    assert (response.status_code, response["Retry-After"]) == (503, "60")
    assert page(response).h1.text == "The file cannot be opened now"
    assert [record.event for record in caplog.records] == ["files.unavailable"]
