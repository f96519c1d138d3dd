"""Measures the way from one room to another in real Chromium, slowed down to a cheap phone's speed.

The time runs from the click in the list of rooms until the other room's messages are painted.
"""

import http.client
from dataclasses import dataclass, field
from statistics import median, quantiles

from bench.switch.browser import Reader

ROOMS, MESSAGES = 30, 60  # in the list of rooms, and in each of them
THROTTLING = 4  # times slower than this machine
SWITCHES, WARM_UP = 20, 4
COUNTED = "bench.switch.counted:application"


@dataclass
class Switches:
    """The results; times are in milliseconds from the click."""

    painted: list[float] = field(default_factory=list)
    first_byte: list[float] = field(default_factory=list)
    pages: float = 0  # that the server was asked for, per switch

    @property
    def p90(self):
        return quantiles(self.painted, n=10)[8]

    @property
    def p50(self):
        return median(self.painted)


def measure(installation, switches=SWITCHES):
    """Switch between two of a person's thirty rooms, back and forth; return the Switches."""
    room = installation.make_room(MESSAGES)
    others = installation.add_rooms(room, ROOMS - 1, MESSAGES)
    result = Switches()
    with installation.start(room, COUNTED) as target, Reader(target, THROTTLING) as reader:
        reader.open(target.page)
        paths = [f"/rooms/{others[0]}/", target.page]
        for number in range(WARM_UP):
            reader.switch(paths[number % 2])
        before = pages(target)
        for number in range(switches):
            times = reader.switch(paths[number % 2])
            result.painted.append(times["painted"])
            result.first_byte.append(times["first_byte"])
        result.pages = (pages(target) - before) / switches
    return result


def pages(target):
    """Return the number of rooms' pages that the server was asked for until now."""
    connection = http.client.HTTPConnection("127.0.0.1", target.port, timeout=30)
    connection.request("GET", "/pages-so-far")
    return int(connection.getresponse().read())
