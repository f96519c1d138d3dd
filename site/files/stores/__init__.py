"""Where the bytes of files are: FILES_URL chooses the store of new files.

A Blob names the store that has its bytes, so files stay readable when FILES_URL changes, for as
long as that store can be reached.
"""

from functools import cache

from django.conf import settings

from .address import S3Address
from .base import PIECE, Missing, Store, Unavailable
from .folder import Folder
from .nowhere import Nowhere

__all__ = ["PIECE", "Folder", "Missing", "Store", "Unavailable", "database", "store", "store_named"]


def store() -> Store:
    """Return the store for new files."""
    return store_named(settings.FILES_STORE.kind)


def store_named(name: str) -> Store:
    """Return the store with `name`, a Blob's `stored_in`.

    One that FILES_URL does not name any more is a store that does not answer.
    """
    if name == "database":
        return database()
    if name == "folder":
        return Folder(settings.FILES_FOLDER)
    if name == "s3" and settings.FILES_STORE.s3 is not None:
        return _bucket(settings.FILES_STORE.s3)
    return Nowhere(name)


def database(alias: str = "default") -> Store:
    """Return the store in the database, which every site has."""
    from .pieces import Database  # its models, which Django has to load first

    return Database(alias)


@cache
def _bucket(address: S3Address) -> Store:
    from .bucket import Bucket  # only where it is used: it is large

    return Bucket(address)
