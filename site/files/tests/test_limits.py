"""How much may be stored, also by uploads at the same time."""

import io
from threading import Barrier

import pytest
from django.db import connection

from files import actions, limits
from files.models import Blob, Piece
from files.stores.address import StoreAddress

from .threads import at_once


def keep(size):
    return actions.keep(io.BytesIO(bytes(size)))


def refusal(size):
    with pytest.raises(actions.Refused) as refused:
        keep(size)
    return refused.value.code


@pytest.fixture(autouse=True)
def small(settings):
    settings.FILES_LIMIT, settings.FILES_QUOTA, settings.FILES_SHARE = 100, 250, 150


def test_a_file_has_at_most_the_limit(db):
    assert refusal(101) == "too_large"
    assert refusal(0) == "empty"
    assert keep(100).size == 100


def test_all_files_have_at_most_the_quota_and_one_that_does_not_fit_leaves_nothing(store):
    keep(100), keep(100)
    assert refusal(51) == "full"
    assert keep(50).size == 50
    assert refusal(1) == "full"
    assert limits.stored_bytes() == 250
    assert Blob.objects.count() == 3


def test_small_pictures_count(db):
    blob = keep(100)
    Blob.objects.filter(pk=blob.pk).update(small_size=150)
    assert refusal(1) == "full"


def test_what_is_forgotten_makes_room(store):
    keys = [keep(100).pk, keep(100).pk]
    assert refusal(100) == "full"
    actions.forget(keys[:1])
    assert keep(100).size == 100


@pytest.mark.django_db(transaction=True)
def test_uploads_at_the_same_time_are_not_over_the_quota(settings, monkeypatch):
    settings.FILES_STORE = StoreAddress("database")
    keep(100)
    together = Barrier(4)
    require_space = limits.require_space

    def require_together(more=0):
        if more:  # before a row is stored
            require_space(more)
            together.wait(30)
        else:
            together.wait(30)
            require_space()

    def upload():
        try:
            return keep(100).pk
        except actions.Refused as refused:
            return refused.code
        finally:
            connection.close()

    monkeypatch.setattr(limits, "require_space", require_together)
    outcomes = at_once(*[upload] * 4)
    stored = [outcome for outcome in outcomes if outcome != "full"]
    assert len(stored) <= 1
    assert limits.stored_bytes() <= 250
    assert Piece.objects.count() == Blob.objects.count() == 1 + len(stored)


def test_one_person_has_at_most_their_share(db):
    limits.require_share(150)
    with pytest.raises(actions.Refused) as refused:
        limits.require_share(151)
    assert refused.value.code == "own_full"
