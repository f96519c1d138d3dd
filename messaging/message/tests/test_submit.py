"""Submitting messages: the results, and the same number of queries for every sender."""

import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from core import rate_limits
from messaging.message import broadcasts, throttle
from messaging.message.forms import MessageForm
from messaging.message.submit import FORBIDDEN, REFUSALS, refuse, submit, submit_all
from messaging.models import Message
from rooms.actions import archive_room, delete_room, end_membership
from rooms.models import Membership, Room
from rooms.moderation.actions import mute_member
from users.actions import deactivate


def fields(body="Hello", nonce="n1"):
    return {"body": body, "nonce": nonce}


def test_a_text_that_is_taken_is_stored(lobby, bruno):
    submission = submit(lobby.membership_of(bruno), fields())
    assert submission.message == Message.objects.get()
    assert (submission.status, submission.codes, submission.wait) == (303, set(), 0)


def test_a_text_that_is_sent_again_has_the_first_message(lobby, bruno):
    first, second = (submit(lobby.membership_of(bruno), fields()) for _ in range(2))
    assert (first.message, second.status) == (second.message, 303)


LOST = {
    "archived": lambda room, person: archive_room(room),
    "muted": lambda room, person: mute_member(room.membership_of(person), None, 10),
    "not_member": lambda room, person: end_membership(room.membership_of(person)),
}


@pytest.mark.parametrize("code", FORBIDDEN)
def test_who_may_not_write_is_told_why_beside_the_text(lobby, bruno, code):
    LOST[code](lobby, bruno)
    lobby.refresh_from_db()
    submission = submit(lobby.membership_of(bruno), fields())
    assert (submission.codes, submission.status, submission.message) == ({code}, 403, None)
    assert submission.form.errors["body"] == [REFUSALS[code]]
    assert submission.form["body"].value() == "Hello"


LOST_MEANWHILE = LOST | {"deactivated": lambda room, person: deactivate(person)}


@pytest.mark.parametrize("lost", LOST_MEANWHILE)
def test_who_lost_the_right_since_is_told_the_same(lobby, ana, bruno, lost):
    stale = lobby.membership_of(bruno)
    LOST_MEANWHILE[lost](lobby, bruno)
    submission = submit(stale, fields())
    assert submission.codes == {"not_member" if lost == "deactivated" else lost}
    assert (submission.is_forbidden, Message.objects.count()) == (True, 0)


def test_what_is_forbidden_is_not_counted(lobby, bruno, monkeypatch):
    monkeypatch.setattr(throttle, "lets", lambda form, membership: 1 / 0)
    assert submit(None, fields()).codes == {"not_member"}


@pytest.mark.parametrize(
    ("data", "codes"),
    [
        (fields(""), {"required"}),
        (fields("x" * 9_000), {"max_length"}),
        ({"body": "x"}, {"required"}),
        ({}, {"required"}),
    ],
)
def test_a_form_that_is_not_valid_is_refused_with_its_codes(lobby, bruno, data, codes):
    submission = submit(lobby.membership_of(bruno), data)
    assert (submission.codes, submission.status) == (codes, 422)


def test_too_many_messages_say_how_long_to_wait(lobby, bruno, monkeypatch):
    cache.clear()
    monkeypatch.setitem(rate_limits.LIMITS, "post", rate_limits.Limit(1, 60))
    membership = lobby.membership_of(bruno)
    submissions = [submit(membership, fields(f"{n}", f"{n}")) for n in range(4)]
    assert submissions[-1].codes == {"too_often"}
    assert (submissions[-1].status, submissions[-1].wait) == (429, 60)


def test_slow_mode_says_how_long_to_wait(lobby, bruno):
    lobby.slow_seconds = 60
    lobby.save(update_fields=["slow_seconds"])
    membership = lobby.membership_of(bruno)
    first, second = (submit(membership, fields(f"{n}", f"{n}")) for n in range(2))
    assert (first.status, second.status, second.codes) == (303, 429, {"too_soon"})
    assert 0 < second.wait <= 60


def test_one_who_may_not_write_does_not_keep_the_others_from_it(lobby, den, ana, bruno):
    attempts = [(room.membership_of(ana), fields("a", room.slug)) for room in (lobby, den)]
    stale = lobby.membership_of(bruno)
    end_membership(lobby.membership_of(bruno))
    attempts.insert(1, (stale, fields("b")))
    submissions = submit_all([*attempts, (None, fields("c"))])
    assert [submission.status for submission in submissions] == [303, 403, 303, 403]
    assert [submission.message and submission.message.room for submission in submissions] == [
        lobby,
        None,
        den,
        None,
    ]


def test_a_batch_costs_as_many_queries_as_two(lobby, settings):
    settings.RATE_LIMITS = False  # fast posting would use the cache
    memberships = list(Membership.objects.filter(room=lobby).select_related("room", "user"))
    submit_all([(memberships[0], fields("first", "first"))])
    costs = []
    for count in (2, 40):
        attempts = [(memberships[0], fields(f"{count} {n}", f"{n}")) for n in range(count)]
        with CaptureQueriesContext(connection) as queries:
            submit_all(attempts)
        costs.append(len(queries))
    assert costs[0] == costs[1]
    assert Message.objects.count() == 43


@pytest.mark.parametrize("code", REFUSALS)
def test_the_sentence_of_a_refusal_is_said_alone_and_in_its_language(db, code):
    with translation.override("es"):
        html = broadcasts.render_refused(refuse(MessageForm(fields("x" * 9_000)), code))
    with translation.override("es"):
        sentence = str(REFUSALS[code])
    assert sentence in html and sentence != REFUSALS[code]
    assert 'data-refused="n1"' in html


@pytest.mark.parametrize("nonce", [None, "", "x" * 65])
def test_a_nonce_that_is_none_does_not_come_back(db, nonce):
    html = broadcasts.render_refused(refuse(MessageForm(fields(nonce=nonce)), "too_often"))
    assert 'data-refused=""' in html


def test_who_may_write_again_by_now_is_asked_to_send_it_again(lobby, bruno, monkeypatch):
    def lose(*arguments, **options):
        raise PermissionDenied

    monkeypatch.setattr("messaging.message.submit.post_messages", lose)
    assert submit(lobby.membership_of(bruno), fields()).codes == {"not_stored"}


def test_a_text_for_a_room_that_was_deleted_meanwhile_is_refused(lobby, bruno):
    stale = lobby.membership_of(bruno)
    delete_room(Room.objects.get(pk=lobby.pk))
    assert submit(stale, fields()).codes == {"not_member"}


def test_posting_costs_six_queries(lobby, bruno, django_assert_num_queries):
    membership = lobby.membership_of(bruno)
    submit(membership, fields("first", "first"))
    with django_assert_num_queries(8):  # two of them are the savepoint of the test case
        submit(membership, fields())


def test_posting_leaves_the_room_as_it_is_stored(lobby, bruno):
    submit(lobby.membership_of(bruno), fields())
    room = lobby.membership_of(bruno).room
    submit(lobby.membership_of(bruno), fields("again", "n2"))
    assert (room.last_position, room.revision, room.changed_fields()) == (2, 2, [])
