"""The responses to requests that are refused in front of Django."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile

from tertulia.operations import refusal_pages


@pytest.mark.parametrize("status", refusal_pages.STATUSES)
@pytest.mark.parametrize("language", ["en", "es", "pt-br"])
def test_a_refusal_is_a_page_with_a_way_back(page, status, language):
    answer = refusal_pages.refusal_of(status, [(b"accept-language", language.encode())])
    soup = page(answer)
    assert soup.select_one("html")["lang"] == language
    assert soup.select_one("h1") and soup.select_one('main a[href="/"]')
    headers = dict(answer.headers)
    assert headers[b"connection"] == b"close"
    assert headers[b"x-frame-options"] == b"DENY" and headers[b"x-content-type-options"]
    assert headers[b"content-security-policy"].startswith(b"default-src 'self'")


@pytest.mark.parametrize("status", [408, 413, 429, 431])
def test_htmx_is_given_a_sentence(page, status):
    soup = page(refusal_pages.refusal_of(status, [(b"hx-request", b"true")]))
    assert soup.html is None
    assert soup.select_one("#refused[role=alert]").get_text(strip=True)


@pytest.mark.parametrize(
    ("source", "target", "swap"),
    [
        (b"form#compose", b"#compose-errors", b"innerHTML"),
        (b"form#edit", b"closest *", b"beforeend"),
        (b"a", None, b"beforeend"),
    ],
)
def test_the_sentence_takes_nothing_away_from_what_was_written(source, target, swap):
    answer = refusal_pages.refusal_of(413, [(b"hx-request", b"true"), (b"hx-source", source)])
    headers = dict(answer.headers)
    assert (headers.get(b"hx-retarget"), headers[b"hx-reswap"]) == (target, swap)


def test_over_tls_a_refusal_says_so(settings):
    settings.SECURE_HSTS_SECONDS = 60
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    refusal_pages._middleware.cache_clear()
    answer = refusal_pages.refusal_of(413, [(b"x-forwarded-proto", b"https")])
    refusal_pages._middleware.cache_clear()
    assert dict(answer.headers)[b"strict-transport-security"].startswith(b"max-age=60")


@pytest.mark.parametrize(("kib", "is_on_disk"), [(16, False), (64, True)])
def test_files_of_64_kib_are_kept_on_disk_and_not_in_memory(rf, kib, is_on_disk):
    file = SimpleUploadedFile("name", bytes(kib * 1024))
    kept = rf.post("/", {"file": file}).FILES["file"]
    assert isinstance(kept, TemporaryUploadedFile) == is_on_disk
