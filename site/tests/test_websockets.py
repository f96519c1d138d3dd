"""A prebuilt frame has the same bytes as one by uvicorn."""

import pytest
from websockets.frames import Frame, Opcode

from tertulia.server.push_protocol import frame_of


@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 65_535, 65_536, 200_000])
@pytest.mark.parametrize("letter", ["x", "é", "😀"])
def test_a_ready_frame_is_the_one_of_the_websockets_library(size, letter):
    text = letter * (size // len(letter.encode()))
    assert frame_of(text) == Frame(Opcode.TEXT, text.encode()).serialize(mask=False)
