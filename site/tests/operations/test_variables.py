"""The README's table of variables matches the code."""

import ast
import json
import re

import pytest

from tertulia.config.allowed_hosts import hosts
from tertulia.config.env import ConfigurationError, env_keys

from ..servers import ROOT

READERS = {"env", "env_flag", "env_number", "env_choice", "env_keys", "env_networks", "env_token"}
ROW = re.compile(r"^\| `([A-Z_]+)` \| (.+) \| (.+) \|$", re.MULTILINE)


def read_by_the_code():
    """Yield the names of the environment variables that the project reads."""
    for path in (ROOT / "site" / "tertulia").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in READERS:
                yield from (a.value for a in node.args[:1] if isinstance(a, ast.Constant))


HOSTS = {
    "chat.example.com, b.example": ["chat.example.com", "b.example"],
    "https://Chat.example.com/": ["chat.example.com"],
    "http://10.0.0.1:8000/rooms/?x#y": ["10.0.0.1"],
    "chat.example.com:8443 b.example.": ["chat.example.com", "b.example"],
    "\"chat.example.com\",'b.example'": ["chat.example.com", "b.example"],
    "münchen.example": ["xn--mnchen-3ya.example"],
    "straße.example": ["xn--strae-oqa.example"],
    ".example.com": [".example.com"],
    "::1,[2001:db8::5]:443": ["[::1]", "[2001:db8::5]"],
    "//chat.example.com": ["chat.example.com"],
    "wss://chat.example.com/ws": ["chat.example.com"],
    '["a.example", "b.example"]': ["a.example", "b.example"],
    "": [],
}
NO_HOSTS = ["a..b", "-a", "http://", "user@host", "a_!", "x" * 254, "a:b:c", "[::1]x"]


@pytest.mark.parametrize("text", HOSTS)
def test_hosts_are_understood_as_they_are_pasted(text):
    assert hosts(text) == HOSTS[text]


@pytest.mark.parametrize("text", NO_HOSTS)
def test_what_is_no_host_name_stops_the_start(text):
    with pytest.raises(ConfigurationError, match="is not a host name like"):
        hosts(f"chat.example.com,{text}")


LONG, OTHER = "a,long key/with+signs", "another key that is long"


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("", []),
        ("one", ["one"]),
        (f"{OTHER},{OTHER}2", [OTHER, f"{OTHER}2", f"{OTHER},{OTHER}2"]),
        (json.dumps([LONG, OTHER]), [LONG, OTHER]),
    ],
)
def test_former_keys_are_read(monkeypatch, text, keys):
    monkeypatch.setenv("KEYS", text)
    assert env_keys("KEYS") == keys


@pytest.mark.parametrize("text", [LONG, '["a', "[1]", f"{OTHER},short"])
def test_a_piece_of_a_key_is_never_taken_for_a_key(monkeypatch, text):
    monkeypatch.setenv("KEYS", text)
    with pytest.raises(ConfigurationError, match="KEYS"):
        env_keys("KEYS")


def test_every_variable_stands_in_the_table():
    rows = ROW.findall((ROOT / "README.md").read_text())
    names = [name for name, _default, _effect in rows]
    assert sorted(names) == sorted({*read_by_the_code(), "PORT"})


def test_what_must_be_set_is_what_a_platform_asks_for():
    rows = ROW.findall((ROOT / "README.md").read_text())
    needed = {name for name, default, _effect in rows if default == "required"}
    assert needed == set(json.loads((ROOT / "app.json").read_text())["env"])
