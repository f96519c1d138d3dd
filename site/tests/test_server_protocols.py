"""What our protocols build on without uvicorn documenting it: a failure here is an upgrade's."""

import inspect
import itertools

import h11
import pytest
import uvicorn
import websockets
from hypothesis import given, settings
from hypothesis import strategies as st
from uvicorn.config import Config
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState
from websockets.frames import Frame, Opcode
from websockets.server import ServerProtocol

from tertulia.server.frame_counter import FrameCounter
from tertulia.server.http_protocol import HTTPProtocol
from tertulia.server.push_protocol import PushProtocol

VERSIONS = {h11: "0.16.0", uvicorn: "0.54.0", websockets: "17.4"}
UPGRADED = "read what has changed in its protocols, then change the version here"

HTTP_ATTRIBUTES = "transport loop conn headers client flow"
HTTP_METHODS = (
    "connection_made data_received pause_writing resume_writing on_response_complete"
    " send_400_response handle_websocket_upgrade connection_lost"
)
WS_ATTRIBUTES = (
    "transport loop conn queue writable read_paused handshake_initiated handshake_complete"
    " close_sent close_timeout client"
)
WS_METHODS = (
    "connection_made data_received pause_writing resume_writing receive send run_asgi shutdown"
    " keepalive_timeout handle_parser_exception connection_lost"
)


def made(protocol):
    """Return a protocol of this class as uvicorn makes it."""

    async def application(scope, receive, send):
        pass

    config = Config(application, log_config=None)
    config.load()
    return protocol(config=config, server_state=ServerState(), app_state={})


@pytest.mark.parametrize("module", VERSIONS)
def test_the_versions_are_those_that_were_read(module):
    assert module.__version__ == VERSIONS[module], UPGRADED


@pytest.mark.parametrize(
    ("protocol", "attributes", "methods"),
    [
        (H11Protocol, HTTP_ATTRIBUTES, HTTP_METHODS),
        (WebSocketsSansIOProtocol, WS_ATTRIBUTES, WS_METHODS),
    ],
)
async def test_uvicorn_still_has_what_is_overridden(protocol, attributes, methods):
    instance = made(protocol)
    assert [name for name in attributes.split() if not hasattr(instance, name)] == []
    assert [name for name in methods.split() if not callable(getattr(protocol, name, None))] == []


@pytest.mark.parametrize("protocol", [HTTPProtocol, PushProtocol])
def test_what_is_overridden_takes_the_same_arguments(protocol):
    parent = protocol.__mro__[1]
    for name, method in vars(protocol).items():
        if callable(method) and hasattr(parent, name) and not name.startswith("__"):
            ours, theirs = (inspect.signature(getattr(c, name)) for c in (protocol, parent))
            assert len(ours.parameters) == len(theirs.parameters), name


@pytest.mark.parametrize("protocol", [HTTPProtocol, PushProtocol])
async def test_no_name_of_ours_is_one_of_uvicorns(protocol):
    ours = {name for name in vars(protocol) if name.startswith("_") and not name.endswith("__")}
    assert ours
    assert ours & set(dir(made(protocol.__mro__[1]))) == set()


def test_flow_control_pauses_by_a_flag():
    assert "self.read_paused" in inspect.getsource(FlowControl.resume_reading)
    assert "flow=self.flow" in inspect.getsource(H11Protocol.handle_events)


def test_the_400_is_sent_while_the_error_is_handled():
    source = inspect.getsource(H11Protocol.handle_events)
    handler = source.split("except h11.RemoteProtocolError:")[1].split("return")[0]
    assert "self.send_400_response" in handler


def test_the_handshake_comes_by_data_received():
    source = inspect.getsource(H11Protocol.handle_websocket_upgrade)
    assert "protocol.data_received" in source
    assert "self.handshake_initiated = True" in inspect.getsource(
        WebSocketsSansIOProtocol.handle_connect
    )


def test_websockets_still_has_what_is_called():
    protocol = ServerProtocol()
    names = ["state", "extensions", "fail", "reject", "send_response", "data_to_send"]
    assert [name for name in names if not hasattr(protocol, name)] == []


# The counter of frames

cuts = st.integers(1, 20) | st.integers(1, 40_000)
sizes = st.integers(0, 130) | st.sampled_from([65_535, 65_536])
frames = st.builds(
    Frame,
    st.sampled_from([Opcode.TEXT, Opcode.BINARY, Opcode.CONT]),
    sizes.map(bytes),
    st.booleans(),
) | st.builds(
    Frame,
    st.sampled_from([Opcode.PING, Opcode.PONG, Opcode.CLOSE]),
    st.integers(0, 125).map(bytes),
)


@settings(deadline=None)
@given(
    st.lists(frames, max_size=12), st.lists(st.integers(1, 20) | st.integers(1, 40_000), min_size=9)
)
def test_frames_are_counted_however_they_arrive(frames, cuts):
    data = b"".join(frame.serialize(mask=True) for frame in frames)
    counter, counts, at = FrameCounter(), [], 0
    for cut in itertools.cycle(cuts):
        if at >= len(data):
            break
        counts.append(counter.count(data[at : at + cut]))
        at += cut
    whole = [
        bool(frame.data) and frame.fin and frame.opcode in (Opcode.TEXT, Opcode.BINARY)
        for frame in frames
    ]
    totals = [sum(count) for count in zip(*counts, strict=True)] or [0, 0]
    assert totals == [whole.count(True), whole.count(False)]
