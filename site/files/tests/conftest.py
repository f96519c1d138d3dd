"""Fixtures for tests of files: each of the three stores."""

import itertools

import pytest

from files import stores
from files.stores.address import StoreAddress

from .s3 import FaultyProxy, S3Server, address

KINDS = ["folder", "database", "s3"]


@pytest.fixture(scope="session")
def s3():
    """A real S3 server."""
    with S3Server() as server:
        yield server


_numbers = itertools.count(1)


@pytest.fixture
def bucket(s3, settings):
    """Store files in an empty bucket of a real S3 server."""
    settings.FILES_STORE = s3.make_bucket(f"files-{next(_numbers)}")
    return settings.FILES_STORE.s3.bucket


@pytest.fixture
def use(request, settings):
    """Return a function that makes a store, "folder", "database" or "s3", the one of new files."""

    def chosen(kind):
        if kind == "s3":
            request.getfixturevalue("bucket")
        else:
            settings.FILES_STORE = StoreAddress(kind)
        return stores.store()

    return chosen


@pytest.fixture(params=KINDS)
def store(request, use, db):
    """Each of the stores."""
    return use(request.param)


@pytest.fixture
def faulty(s3, bucket, settings):
    """Store files in a bucket behind a proxy whose `fault` can be set."""
    with FaultyProxy(s3.port) as proxy:
        settings.FILES_STORE = address(proxy.url, bucket)
        yield proxy
