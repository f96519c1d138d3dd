"""What is answered to requests that are refused in front of Django."""

import pytest

from tertulia import refusals


@pytest.mark.parametrize("status", refusals.STATUSES)
@pytest.mark.parametrize("language", ["en", "es", "pt-br"])
def test_a_refusal_is_a_page_with_a_way_back(page, status, language):
    answer = refusals.refusal_of(status, [(b"accept-language", language.encode())])
    soup = page(answer)
    assert soup.select_one("html")["lang"] == language
    assert soup.select_one("h1") and soup.select_one('main a[href="/"]')
    headers = dict(answer.headers)
    assert headers[b"connection"] == b"close"
    assert headers[b"x-frame-options"] == b"DENY" and headers[b"x-content-type-options"]
    assert headers[b"content-security-policy"].startswith(b"default-src 'self'")


@pytest.mark.parametrize("status", [408, 413, 429, 431])
def test_htmx_is_given_a_sentence(page, status):
    answer = refusals.refusal_of(status, [(b"hx-request", b"true")])
    soup = page(answer)
    assert [element.name for element in soup.find_all(True)] == ["p"]
    assert soup.p["role"] == "alert" and soup.p.get_text(strip=True)


def test_over_tls_a_refusal_says_so(settings):
    settings.SECURE_HSTS_SECONDS = 60
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    refusals._middleware.cache_clear()
    answer = refusals.refusal_of(413, [(b"x-forwarded-proto", b"https")])
    refusals._middleware.cache_clear()
    assert dict(answer.headers)[b"strict-transport-security"].startswith(b"max-age=60")
