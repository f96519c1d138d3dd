"""Store files and forget them."""

import logging
from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from io import BytesIO
from itertools import batched
from typing import BinaryIO

from django.utils import timezone

from . import contents, kinds, limits, pictures, stores
from .limits import Refused
from .models import Blob

__all__ = ["Refused", "claim", "forget", "keep", "keep_drawn"]


logger = logging.getLogger(__name__)

REMOVED_AT_ONCE = 200


def keep(file: BinaryIO, name: str = "", as_it_is: bool = False) -> Blob:
    """Store the uploaded `file`, which can seek; return its Blob, which nothing uses yet.

    A picture is replaced by our own drawing of it, and from films and sound is taken what says
    where they were made, unless `as_it_is`. `name` is what the file is called, cleaned.
    Not in a transaction: the row must be there before the bytes. Raise Refused if it cannot be
    stored; then nothing of it is.
    """
    limits.require_size(file.seek(0, 2))
    limits.require_space(more=1)  # before anything is drawn; it is counted again with its row
    try:
        with contents.cleaned(file, name, as_it_is) as content:
            return _store(content)
    except contents.Unavailable as error:
        log_unavailable("temporary files", error)
        raise Refused("unavailable") from error


def keep_drawn(picture: pictures.Small) -> Blob:
    """Store a small picture of our own drawing; return its Blob, which nothing uses yet.

    Not in a transaction, as `keep`. Raise Refused if it cannot be stored; then nothing of it is.
    """
    width, height = picture.size
    content = contents.Content(
        BytesIO(picture.data), pictures.SMALL_TYPE, width=width, height=height
    )
    return _store(content)


def _store(content: contents.Content) -> Blob:
    """Store a row, then the bytes; return it. Raise Refused and keep nothing."""
    store = stores.store()
    blob = Blob(
        kind=kinds.kind_of(content.content_type),
        content_type=content.content_type,
        size=content.file.seek(0, 2),
        small_size=content.small.seek(0, 2) if content.small else 0,
        stored_in=store.name,
        width=content.width,
        height=content.height,
        small_width=content.small_width,
        small_height=content.small_height,
        is_animated=content.is_animated,
    )
    blob.save(force_insert=True)
    try:
        limits.require_space()
        for name, file in zip(blob.names, content.files, strict=True):
            file.seek(0)
            store.write(name, file)
    except (limits.Refused, stores.Unavailable) as error:
        _give_up(blob)
        if isinstance(error, limits.Refused):
            raise
        log_unavailable(store.name, error)
        raise Refused("unavailable") from error
    return blob


def _give_up(blob: Blob) -> None:
    """Forget a blob that could not be stored.

    A store that does not answer may have the bytes all the same, so the row stays: `tasks` tries
    again later.
    """
    with suppress(stores.Unavailable):
        forget([blob.pk])


def log_unavailable(store: str, error: Exception) -> None:
    """Log that the store of that name did not do what it was asked."""
    fields = {"store": store, "error": str(error)}
    logger.warning(
        "The store of files is not available: %(error)s",
        fields,
        extra={"event": "files.unavailable", "fields": fields},
    )


def claim(keys: Iterable[str]) -> None:
    """Mark the blobs as used, in the transaction that refers to them."""
    Blob.objects.filter(pk__in=keys, claimed_at=None).update(claimed_at=timezone.now())


def forget(keys: Iterable[str]) -> None:
    """Remove the blobs with these keys and their bytes. The bytes go first: none is without a row.

    Raise stores.Unavailable if a store does not answer, after the blobs of the others are removed;
    the rows of the rest stay, to be tried again.
    """
    failure = None
    by_store = defaultdict(list)
    for blob in Blob.objects.filter(pk__in=list(keys)):
        by_store[blob.stored_in].append(blob)
    for name, blobs in by_store.items():
        try:
            _forget_in(stores.store_named(name), blobs)
        except stores.Unavailable as error:
            log_unavailable(name, error)
            failure = error
    if failure is not None:
        raise failure


def _forget_in(store: stores.Store, blobs: list[Blob]) -> None:
    for batch in batched(blobs, REMOVED_AT_ONCE):
        store.remove([name for blob in batch for name in blob.names])
        Blob.objects.filter(pk__in=[blob.pk for blob in batch]).delete()
