"""Pasted URLs in variables are accepted, or rejected without showing their passwords."""

from pathlib import Path

import pytest
from redis import Redis

from tertulia.config import site_url
from tertulia.config.database_url import database
from tertulia.config.env import ConfigurationError, env, env_flag, env_number, env_token
from tertulia.config.oidc import providers
from tertulia.config.redis_url import redis_url

SITES = {
    "chat.example.com": "https://chat.example.com",
    "HTTPS://Chat.example.com/": "https://chat.example.com",
    "https://chat.example.com:8443": "https://chat.example.com:8443",
    "https://chat.example.com:443": "https://chat.example.com",
    "http://10.0.0.1:8000/": "http://10.0.0.1:8000",
    "https://münchen.example": "https://xn--mnchen-3ya.example",
    "https://[2001:db8::5]:8443": "https://[2001:db8::5]:8443",
    "": "",
}
NO_SITES = [
    *("ftp://chat.example.com", "https://", "//", "https://chat.example.com/chat", "https://a?b"),
    *("https://u:secret@h", "https://h:port", "https://h:0", "https://h:65536", "https://["),
    *("https://.example.com", "https://*.example.com", "https://a b", "https://a,b"),
]
PASSWORDS = ["sec#ret", "12#secret", "12/se@cret", "12?secret", "s%zzecret", "secr[et", "sec ret"]
NO_SERVERS = [
    "h:6379",
    "{0}://u:secret@h:port/1",
    "{0}://u:secret@h:65536/1",
    "{0}://u:secret@[h/1",
]


@pytest.mark.parametrize("text", SITES)
def test_the_address_of_the_site_is_understood(text):
    assert site_url.read(text, has_tls=True) == SITES[text]


@pytest.mark.parametrize("text", NO_SITES)
def test_what_is_no_address_of_a_site_stops_the_start(text):
    with pytest.raises(ConfigurationError, match="SITE_URL must look like") as raised:
        site_url.read(text, has_tls=True)
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize("password", PASSWORDS)
def test_passwords_are_read_as_they_are_pasted(password):
    read = database(f"postgres://u:{password}@h:5433/n?sslmode=require", Path("/clone"))
    assert [read[name] for name in ("USER", "PASSWORD", "HOST", "PORT", "NAME")] == [
        *("u", password, "h", 5433, "n")
    ]
    pool = Redis.from_url(redis_url(f"redis://u:{password}@h:6380/1")).connection_pool
    assert pool.connection_kwargs == pool.connection_kwargs | {
        **{"username": "u", "password": password, "host": "h", "port": 6380, "db": 1}
    }


@pytest.mark.parametrize("text", [*NO_SERVERS, "http://u:secret@h", "redis://h/zero", "unix://"])
def test_what_is_no_address_of_redis_stops_the_start(text):
    with pytest.raises(ConfigurationError, match="REDIS_URL must look like") as raised:
        redis_url(text.format("redis"))
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize("text", [*NO_SERVERS[1:], "postgres://u:secret@h", "postgres://h/"])
def test_what_is_no_address_of_a_database_stops_the_start(text):
    with pytest.raises(ConfigurationError, match="DATABASE_URL must look like") as raised:
        database(text.format("postgres"), Path("/clone"))
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize("ending", ["", "/", "/.well-known/openid-configuration"])
def test_a_provider_is_understood_as_it_is_pasted(ending):
    read = providers(f"https://login.example/realms/us{ending}", "id", "secret")
    (app,) = read["openid_connect"]["APPS"]
    assert app["settings"]["server_url"] == "https://login.example/realms/us"


@pytest.mark.parametrize("text", ["https://[", "https://u:secret@h", "https://h:x", "https://h/?q"])
def test_what_is_no_provider_stops_the_start(text):
    with pytest.raises(ConfigurationError, match="OIDC_ISSUER must look like") as raised:
        providers(text, "id", "secret")
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize("quoted", ['"chat"', "'chat'", ' "chat" ', "chat"])
def test_quotes_around_a_value_are_no_part_of_it(monkeypatch, quoted):
    monkeypatch.setenv("NAME", quoted)
    assert env("NAME") == "chat"


@pytest.mark.parametrize("default", [True, False])
def test_a_blank_variable_is_one_that_is_not_set(monkeypatch, default):
    monkeypatch.setenv("NAME", " ")
    assert (env_flag("NAME", default), env_number("NAME", 7)) == (default, 7)


@pytest.mark.parametrize("text", ["ü", "a b", "a\tb"])
def test_a_token_that_no_header_can_hold_is_named(monkeypatch, text):
    monkeypatch.setenv("NAME", text)
    with pytest.raises(ConfigurationError, match="NAME must be"):
        env_token("NAME")


@pytest.mark.parametrize("text", ["x", "-1", "1.5", "²", "0", "11", "9" * 5_000])
def test_a_number_out_of_bounds_is_named(monkeypatch, text):
    monkeypatch.setenv("NAME", text)
    with pytest.raises(ConfigurationError, match="NAME must be"):
        env_number("NAME", 5, least=1, most=10)


def test_limits_are_off_by_any_word_for_no_and_say_so(python):
    code, output = python("manage.py", "check", "--tag", "security", RATE_LIMITS="0")
    assert (code, "RATE_LIMITS=off" in output) == (0, True), output
