"""EMAIL_URL: where mail goes out."""

import pytest
from django.core.mail import mailers

from tertulia.mail import mailer, sender


@pytest.mark.parametrize(
    ("url", "port", "tls", "ssl"),
    [
        ("smtp://u:p@mail.example", 25, False, False),
        ("smtp://u:p@mail.example:587?tls=1", 587, True, False),
        ("submission://u:p@mail.example", 587, True, False),
        ("smtps://u:p@mail.example", 465, False, True),
    ],
)
def test_a_server_is_reached_as_its_address_says(url, port, tls, ssl):
    options = mailer(url)["OPTIONS"]
    assert (options["host"], options["port"]) == ("mail.example", port)
    assert (options["use_tls"], options["use_ssl"]) == (tls, ssl)


def test_names_and_passwords_may_hold_any_character():
    options = mailer("smtps://me%40example.com:p%2F%3A%40@mail.example")["OPTIONS"]
    assert (options["username"], options["password"]) == ("me@example.com", "p/:@")


@pytest.mark.parametrize("url", ["", "console:", "smtps://u:p@mail.example"])
def test_django_takes_what_is_read(url, settings):
    settings.MAILERS = {"default": mailer(url)}
    assert mailers.default.alias == "default"


@pytest.mark.parametrize("url", ["mail.example", "http://u:secret@mail.example", "smtp://"])
def test_an_address_that_cannot_be_read_stops_the_start_and_shows_no_password(url):
    with pytest.raises(ValueError, match="EMAIL_URL must look like") as raised:
        mailer(url)
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("smtp://u:p@mail.example?from=chat%40example.org", "chat@example.org"),
        ("smtp://me%40example.com:p@mail.example", "me@example.com"),
        ("smtp://u:p@mail.example", "tertulia@mail.example"),
        ("console:", "tertulia@localhost"),
        ("", "tertulia@localhost"),
    ],
)
def test_mail_comes_from_an_address_of_the_site(url, address):
    assert sender(url) == address
