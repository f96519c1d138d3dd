"""No address and no header of a request for a file is an error, or opens one to others."""

from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .sent import picture, uploaded

steadily = settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=150,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
TEXTS = st.text(st.characters(codec="utf-8"), max_size=40)
ODD = st.sampled_from(["small", "..", "../..", "%2e%2e", "\0", "\r\nX: y", " ", "/", "a" * 3_000])
NAMES = TEXTS | ODD
# What is done to the key of a real file.
CHANGES = {
    "none": lambda key: key,
    "cut": lambda key: key[:-1],
    "longer": lambda key: key + "A",
    "zero": lambda key: key + "\0",
    "small": lambda key: f"{key}.small",
    "spaced": lambda key: f" {key} ",
    "other letters": str.swapcase,
    "path": lambda key: f"{key[:2]}/{key[2:]}",
    "up": lambda key: f"../{key}",
}
NOT_FOUND = {400, 404}  # 400: no address has a zero byte
OPENED = {200, 206, 304, 412, 416}
SAFE = "!$&'()*+,;=:@/"
HEADERS = st.dictionaries(
    st.sampled_from(["Range", "If-Range", "If-None-Match", "If-Match", "If-Modified-Since"]),
    st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=60)
    | st.from_regex(r"\Abytes=[0-9]{0,25}-[0-9]{0,25}(,[0-9]{0,3}-[0-9]{0,3}){0,5}\Z"),
)


@pytest.fixture
def world(den, ana, bruno, eve, client_of):
    """The files of a closed room and, as clients, a member of it and somebody who is none."""
    files = [picture(den, ana), uploaded(den, ana)]
    return [file.blob_id for file in files], client_of(bruno), client_of(eve)


@steadily
@given(st.sampled_from([0, 1]), st.sampled_from(list(CHANGES)), NAMES, HEADERS)
def test_others_never_open_a_file_by_any_address(world, number, change, name, headers):
    keys, bruno, eve = world
    path = f"/files/{quote(CHANGES[change](keys[number]), safe='')}/{quote(name, safe=SAFE)}"
    for method in ("GET", "HEAD"):
        assert bruno.generic(method, path, headers=headers).status_code < 500
        response = eve.generic(method, path, headers=headers)
        assert response.status_code in NOT_FOUND
        assert b"a picture" not in response.content


@steadily
@given(NAMES, NAMES, HEADERS)
def test_any_key_finds_nothing(world, key, name, headers):
    _keys, bruno, eve = world
    path = f"/files/{quote(key, safe=SAFE)}/{quote(name, safe=SAFE)}"
    for client in (bruno, eve):
        assert client.get(path, headers=headers).status_code in NOT_FOUND


@steadily
@given(NAMES, HEADERS)
def test_members_open_a_file_by_any_name(world, name, headers):
    [key, _waiting], bruno, _eve = world
    path = f"/files/{key}/{quote(name, safe='')}"
    status = bruno.get(path, headers=headers).status_code
    is_name = name and not {"\0", "\n"} & set(name)
    assert status in (OPENED if is_name else NOT_FOUND)
