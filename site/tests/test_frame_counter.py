"""FrameCounter counts frames correctly, wherever the network splits the data."""

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st
from websockets.frames import Frame, Opcode

from tertulia.server.frame_counter import FrameCounter

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
