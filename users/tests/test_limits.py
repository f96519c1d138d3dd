"""Rate limits: counted across all processes, without cost at a normal pace."""

import pytest
from django.core.cache import cache

from core import rate_limits, throttling


@pytest.fixture
def one_a_minute(db, monkeypatch):
    """Allow one edit a minute."""
    cache.clear()
    monkeypatch.setitem(rate_limits.LIMITS, "edit", rate_limits.Limit(1, 60))


def test_a_limit_is_each_persons_own(ana, bruno, one_a_minute):
    assert rate_limits.take("edit", bruno) == 0
    assert rate_limits.take("edit", bruno) in (59, 60)
    assert rate_limits.take("edit", ana) == 0


def test_a_place_is_free_again_when_its_time_is_over(bruno, one_a_minute, monkeypatch):
    monkeypatch.setattr(rate_limits, "cache", Cache())
    assert [rate_limits.take("edit", bruno), rate_limits.take("edit", bruno)] == [0, 60]
    rate_limits.cache.clear()  # as if the period had passed
    assert rate_limits.take("edit", bruno) == 0


class Cache(dict):
    """A cache without any counts."""

    def get_many(self, keys):
        return {key: self[key] for key in keys if key in self}

    def add(self, key, value, seconds):
        return self.setdefault(key, value) is value


def test_losing_a_race_for_a_place_takes_another(bruno, monkeypatch):
    cache = Cache()
    add, lost = cache.add, iter([True])
    cache.add = lambda *place: False if next(lost, False) else add(*place)
    monkeypatch.setattr(rate_limits, "cache", cache)
    assert rate_limits.take("edit", bruno) == 0
    assert len(cache) == 1


def test_an_unavailable_cache_blocks_nobody(bruno, monkeypatch):
    monkeypatch.setattr(rate_limits, "cache", None)
    assert rate_limits.take("edit", bruno) == 0


def test_posting_at_a_normal_pace_runs_no_cache_query(ana, bruno, monkeypatch):
    monkeypatch.setattr(rate_limits, "take", lambda name, person: 1 / 0)
    for person in (ana, bruno):
        assert [rate_limits.take_often("post", person) for _ in range(10)] == [0] * 10
    with pytest.raises(ZeroDivisionError):
        rate_limits.take_often("post", ana)


def test_the_free_pace_is_divided_among_the_processes(bruno, settings, monkeypatch):
    settings.PROCESSES = 5
    monkeypatch.setattr(rate_limits, "take", lambda name, person: 60)
    assert [rate_limits.take_often("post", bruno) for _ in range(3)] == [0, 0, 60]


def test_people_are_forgotten_before_they_fill_the_memory(ana, monkeypatch):
    monkeypatch.setattr(rate_limits, "REMEMBERED_PEOPLE", 3)
    for number in range(20):
        rate_limits.take_often("post", type(ana)(pk=number))
    assert len(rate_limits._free) <= 3


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("unknown", "unknown"),
    ],
)
def test_the_network_of_an_address(address, network):
    assert rate_limits.network_of(address) == network


@pytest.mark.parametrize(
    ("wait", "sentence"),
    [
        (1, "You're doing that too fast. Please wait 1 second."),
        (119, "You're doing that too fast. Please wait 119 seconds."),
        (121, "You're doing that too fast. Please wait 3 minutes."),
    ],
)
def test_the_wait_is_in_seconds_or_minutes(wait, sentence):
    assert throttling.too_often(wait).messages == [sentence]
