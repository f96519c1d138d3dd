"""Stores the files of a backup, whose rows are restored before them.

If the restore fails, what was stored is removed again. A process that is killed meanwhile leaves
bytes behind; the next restore of the same backup writes them under the same names.
"""

import re
from contextlib import contextmanager, suppress
from tempfile import SpooledTemporaryFile

from files import stores
from files.models import Blob
from files.stores.nowhere import MISSING

from .archive import NotRestorable
from .backup import MAX_IN_MEMORY

_NAME = re.compile(r"([A-Za-z0-9_-]{22})(\.small)?")


@contextmanager
def restoring_files():
    """Yield a RestoredFiles; remove what it has stored if the block fails."""
    files = RestoredFiles()
    try:
        yield files
    except BaseException:
        files.remove()
        raise


class RestoredFiles:
    def __init__(self):
        self._written = []  # pairs of store and name

    def restore(self, reader, name):
        """Store the current member of `reader`, a file with this name."""
        match = _NAME.fullmatch(name)
        blob = match and Blob.objects.filter(pk=match[1]).select_related("attachment").first()
        if not blob:
            raise NotRestorable(f"The backup holds the file {name!r}, which no backup holds.")
        is_small = name == blob.small_name
        with SpooledTemporaryFile(MAX_IN_MEMORY) as copy:
            copy.writelines(reader.pieces())
            if copy.tell() != (blob.small_size if is_small else blob.size):
                raise NotRestorable(f"The backup is damaged: {name!r} is not whole.")
            copy.seek(0)
            if is_small and blob.stored_in == MISSING:
                return
            store = store_of(blob)
            self._written.append((store, name))
            store.write(name, copy)
        Blob.objects.filter(pk=blob.pk).update(stored_in=store.name)

    def remove(self):
        """Remove what was stored. What is in the database goes with its transaction."""
        for store, name in self._written:
            if store.name != "database":
                with suppress(stores.Unavailable):
                    store.remove([name])


def store_of(blob):
    """Return the store for a restored file: pictures of people stay in the database."""
    return stores.store() if hasattr(blob, "attachment") else stores.database()
