"""The memory of a web process, at rest and with the open pages of a thousand people.

The bounds are the budgets with a margin for other machines; `make bench` measures the figures.
"""

import json

from bench.swarm import Swarm
from bench.systems import Target

from .floods import MIB, memory_of
from .towns import SQUARE, with_a_server

FIRST, MORE = 100, 900  # sockets; the first ones also load what all of them share
REST_MIB = 95
SOCKET_KIB = 32  # this alone was 44 with asyncio's queues and the headers of all handshakes
QUIET_SECONDS = 2


def test_a_process_and_the_sockets_of_a_thousand_people_take_little_memory(
    on_sqlite, raised_file_limit
):
    with with_a_server(on_sqlite) as town:
        at_rest = memory_of(town.server)
        catch_up = json.dumps({"headers": {}, "body": {"cursor": "0"}})
        port, cookies = town.server.port, town.cookies
        with Swarm(Target("", None, port, SQUARE, str, cookies, greeting=catch_up)) as swarm:
            first = memory_with(swarm, FIRST, town)
            each = (memory_with(swarm, MORE, town) - first) / MORE
            assert [reader.cause for reader in swarm.readers if reader.cause] == []
    print(f"\n  {at_rest / MIB:.0f} MiB at rest, {each / 1024:.1f} KiB for each further socket")
    assert at_rest <= REST_MIB * MIB
    assert each <= SOCKET_KIB * 1024


def memory_with(swarm, more, town):
    """Open more sockets; return the memory of the server when nothing more is sent to them."""
    swarm.open(more)
    swarm.wait(lambda: False, 60, QUIET_SECONDS)
    return memory_of(town.server)
