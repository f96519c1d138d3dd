"""Which bytes a Range header asks for, of a file of ten."""

import pytest

from files.ranges import Unsatisfiable, range_of

WHOLE = None
HUGE = "9" * 6_000


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("bytes=0-0", (0, 1)),
        ("bytes=2-5", (2, 6)),
        ("bytes=0-9", (0, 10)),
        ("bytes=-5", (5, 10)),
        ("bytes=-10", (0, 10)),
        ("bytes=-11", (0, 10)),
        ("bytes=5-", (5, 10)),
        ("bytes=0-", (0, 10)),
        ("bytes=9-100", (9, 10)),
        (f"bytes=0-{HUGE}", (0, 10)),
        (f"bytes=-{HUGE}", (0, 10)),
        (f"bytes={'0' * 6_000}5-", (5, 10)),
        ("Bytes=5-", (5, 10)),
        ("bytes= 5-7 ", (5, 8)),
        ("bytes=,5-7,", (5, 8)),
    ],
)
def test_a_single_range_is_found(header, found):
    assert range_of(header, 10) == found


@pytest.mark.parametrize(
    "asked", ["9-1", "1-0", "10-", "10-12", "-0", f"{HUGE}-", f"{HUGE}-{HUGE}"]
)
def test_a_range_that_is_not_in_the_file_is_unsatisfiable(asked):
    with pytest.raises(Unsatisfiable):
        range_of(f"bytes={asked}", 10)


@pytest.mark.parametrize(
    "header",
    [
        *("", "bytes", "bytes=", "bytes=-", "bytes=,", "bytes=a-b", "bytes=0-b", "bytes=5", "5-7"),
        *("bytes=0-0,5-9", "bytes=0-0, -1", "bytes=20-,0-1", "bytes=0-1,bytes=2-3"),
        *("bytes=0-5-9", "bytes=--5", "bytes=+1-2", "bytes=0x1-2", "bytes=1.0-2", "bytes=1 - 2"),
        *("items=0-5", "bytes:0-5", "=0-5", "bytes=٣-٤", "bytes=²-³", "bytes=5-7;q=1"),
    ],
)
def test_anything_else_gives_the_whole_file(header):
    assert range_of(header, 10) is WHOLE


def test_no_range_of_an_empty_file_is_satisfiable():
    for asked in ("0-", "-1", "0-0"):
        with pytest.raises(Unsatisfiable):
            range_of(f"bytes={asked}", 0)
