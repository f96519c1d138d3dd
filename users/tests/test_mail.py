"""EMAIL_URL: the mail server."""

import pytest
from django.core.mail import mailers

from tertulia.config.email_url import mailer, sender
from tertulia.config.env import ConfigurationError


@pytest.mark.parametrize(
    ("url", "port", "tls", "ssl"),
    [
        ("smtp://u:p@mail.example", 25, False, False),
        ("smtp://u:p@mail.example:587?tls=1", 587, True, False),
        ("submission://u:p@mail.example", 587, True, False),
        ("smtps://u:p@mail.example", 465, False, True),
    ],
)
def test_the_url_sets_server_and_encryption(url, port, tls, ssl):
    options = mailer(url)["OPTIONS"]
    assert (options["host"], options["port"]) == ("mail.example", port)
    assert (options["use_tls"], options["use_ssl"]) == (tls, ssl)


def test_names_and_passwords_may_hold_any_character():
    options = mailer("smtps://me%40example.com:p%2F%3A%40@mail.example")["OPTIONS"]
    assert (options["username"], options["password"]) == ("me@example.com", "p/:@")


@pytest.mark.parametrize(
    "password", ["a/b", "a#b", "a+b", "a[b", "a]b", "a?b", "a@b", "a:b", "a%2Fb", "100%", "a?b@c"]
)
@pytest.mark.parametrize("tail", ["", ":587", "/", "?tls=1", ":587/?from=me+chat@example.org"])
def test_a_password_is_taken_as_it_was_pasted(password, tail):
    options = mailer(f"smtp://me@example.com:{password}@mail.example{tail}")["OPTIONS"]
    assert options["username"] == "me@example.com"
    assert options["password"] == password.replace("%2F", "/")
    assert options["host"] == "mail.example"


@pytest.mark.parametrize("url", ["", "console:", "smtps://u:p@mail.example"])
def test_django_accepts_the_settings(url, settings):
    settings.MAILERS = {"default": mailer(url)}
    assert mailers.default.alias == "default"


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("mail.example", "must look like"),
        ("http://u:secret@mail.example", "must look like"),
        ("smtp://", "must look like"),
        ("smtp://u:secret@mail.example:port", "must look like"),
        ("smtp://u:secret@[mail.example", "must look like"),
        ("smtp://u:secret@mail example", "must look like"),
        ("smtp://u:secret%0A@mail.example", "must look like"),
        ("smtp://u:secret@mail.example?ssl=1", "must look like"),
        ("smtp://u:secret@mail.example:99999", "the port must be between 1 and 65535"),
        ("smtp://u:secret@mail.example?tls=1&ssl=1", "only tls and from"),
        ("smtp://u:secret@mail.example?tls=perhaps", "tls must be 1 or 0"),
        ("smtp://u:secret@mail.example?from=chat", "from must be an e-mail address"),
    ],
)
def test_an_invalid_url_stops_the_start_without_showing_the_password(url, sentence):
    with pytest.raises(ConfigurationError, match=sentence) as raised:
        mailer(url)
    assert "secret" not in str(raised.value)
    assert raised.value.__cause__ is None


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("smtp://u:p@mail.example?from=chat%40example.org", "chat@example.org"),
        ("smtp://me%40example.com:p@mail.example", "me@example.com"),
        ("smtp://u:p@mail.example?from=me+chat@example.org", "me+chat@example.org"),
        ("smtp://u:p@mail.example?from=Casa Luna <a@b.org>", "Casa Luna <a@b.org>"),
        ("smtp://u:p/q#r@mail.example", "tertulia@mail.example"),
        ("smtp://u:p@mail.example", "tertulia@mail.example"),
        ("console:", "tertulia@localhost"),
        ("", "tertulia@localhost"),
    ],
)
def test_mail_comes_from_an_address_of_the_site(url, address):
    assert sender(url) == address
