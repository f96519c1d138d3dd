"""Files in a bucket of an S3-compatible store.

Imported only if FILES_URL names one: obstore takes 14 MB of memory.
"""

import re
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from itertools import batched, chain
from typing import Any, BinaryIO
from urllib.parse import urlsplit

from obstore.exceptions import BaseError
from obstore.store import S3Store

from .address import S3Address
from .base import PIECE, Missing, Unavailable, pieces_of

CONNECT_SECONDS = 3
REQUEST_SECONDS = 15  # of one request, of at most PART_BYTES
RETRY_SECONDS = 6  # after which a request is not tried again
RETRIES = 2
# A store that did not answer for SLOW_SECONDS is not asked again for AWAY_SECONDS: whoever waits
# for several files waits once.
SLOW_SECONDS = 2
AWAY_SECONDS = 10
PART_BYTES = 5 * 2**20  # the least that S3 accepts as a part of an upload
PARTS_AT_ONCE = 2
RANGE_BYTES = 2**20  # read by one request, so that no slow reader holds a connection
REMOVED_AT_ONCE = 1_000  # the most that S3 accepts in a request

# The code of an error in S3's answer.
_CODE = re.compile(r"[<]Code[>](\w{1,40})")
MISSING = {"NoSuchKey", "InvalidRange"}


class Bucket:
    name = "s3"

    def __init__(self, address: S3Address) -> None:
        self._store = _client(address)
        self._removed_at_once = REMOVED_AT_ONCE if address.has_bulk_delete else 1
        self._away_until = 0.0

    def write(self, name: str, file: BinaryIO) -> None:
        with self._asked():
            parts = pieces_of(file, PART_BYTES)
            first = next(parts, b"")
            if len(first) < PART_BYTES:
                self._store.put(name, first, use_multipart=False)
            else:
                self._store.put(
                    name,
                    chain([first], parts),
                    use_multipart=True,
                    chunk_size=PART_BYTES,
                    max_concurrency=PARTS_AT_ONCE,
                )

    def read(self, name: str, start: int, end: int) -> Iterator[bytes]:
        while start < end:
            most = min(RANGE_BYTES, end - start)
            with self._asked():
                data = memoryview(self._store.get_range(name, start=start, length=most))
            if len(data) < most:
                raise Missing(f"{name} is cut off at {start + len(data)} bytes")
            start += most
            for offset in range(0, most, PIECE):
                yield bytes(data[offset : offset + PIECE])

    def remove(self, names: Iterable[str]) -> None:
        for batch in batched(names, self._removed_at_once):
            with suppress(Missing), self._asked():
                self._store.delete(list(batch))

    @contextmanager
    def _asked(self) -> Iterator[None]:
        """Raise what the store answers as Missing or Unavailable, at once if it was away."""
        began = time.monotonic()
        if began < self._away_until:
            raise Unavailable("the store did not answer a moment ago")
        try:
            yield
        except (BaseError, ValueError, OSError) as error:
            code = "".join(_CODE.findall(str(error))[:1])
            if code in MISSING or (isinstance(error, FileNotFoundError) and not code):
                raise Missing("the bucket does not have the bytes") from error
            if time.monotonic() - began > SLOW_SECONDS:
                self._away_until = time.monotonic() + AWAY_SECONDS
            # Only the code: the whole answer holds addresses and the id of the key.
            raise Unavailable(f"{type(error).__name__} {code}".strip()) from error


def _client(address: S3Address) -> Any:
    endpoint = urlsplit(address.endpoint)
    if not address.is_path_style:
        endpoint = endpoint._replace(netloc=f"{address.bucket}.{endpoint.netloc}")
    return S3Store(
        address.bucket,
        prefix=address.prefix or None,
        config={
            "access_key_id": address.key,
            "secret_access_key": address.secret,
            "endpoint": endpoint.geturl(),
            "region": address.region,
            "virtual_hosted_style_request": not address.is_path_style,
            "disable_bulk_delete": not address.has_bulk_delete,
        },
        client_options={
            "allow_http": endpoint.scheme == "http",
            "connect_timeout": timedelta(seconds=CONNECT_SECONDS),
            "timeout": timedelta(seconds=REQUEST_SECONDS),
        },
        retry_config={
            "max_retries": RETRIES,
            "retry_timeout": timedelta(seconds=RETRY_SECONDS),
            "backoff": {"max_backoff": timedelta(seconds=1)},
        },
    )
