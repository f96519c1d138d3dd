"""Samples of the pages that a file is answered with if its bytes cannot be read."""

from collections.abc import Iterator
from typing import Any

from core.sample import Sample


def samples(cast: Any) -> Iterator[Sample]:
    yield Sample("files/missing.html", "lost", {}, reader=cast.ana)
    yield Sample("files/unavailable.html", "store away", {}, reader=cast.ana)
