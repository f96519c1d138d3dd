"""The threads of pages ask the system once for the memory of their calls, however deep they go."""

import resource

import pytest

from core.threads import Pool

TURNS = 200
DEPTHS = range(0, 400, 3)


@pytest.fixture
def pool():
    with Pool(1, thread_name_prefix="test") as pool:
        yield pool


def _go_down(calls):
    if calls:
        _go_down(calls - 1)


def _pieces(depth):
    """Return how many pages of memory a loop takes anew that calls others at this depth."""
    if depth:
        return _pieces(depth - 1)
    before = resource.getrusage(resource.RUSAGE_THREAD).ru_minflt
    for _turn in range(TURNS):
        _go_down(10)
    return resource.getrusage(resource.RUSAGE_THREAD).ru_minflt - before


def test_no_loop_takes_memory_anew_at_each_turn(pool):
    taken = {depth: pool.submit(_pieces, depth).result() for depth in DEPTHS}
    assert {depth: pieces for depth, pieces in taken.items() if pieces >= TURNS / 2} == {}
