"""The list of what somebody has saved: its order, and what it shows of each."""

from datetime import timedelta

import pytest
from django.utils import timezone

from messaging.later import tasks
from messaging.later.actions import finish_saved, remind_of, save_message
from messaging.later.views import SAVED_A_PAGE
from messaging.message.actions import delete_message, edit_message
from messaging.models import Saved
from rooms.actions import end_membership, open_direct_room

HOUR = timedelta(hours=1)
QUERIES = 6


@pytest.fixture
def save(say, ana, bruno):
    """Return a function that saves a message of Ana's for Bruno, due in some hours, or never."""

    def saved(room, body, hours=None):
        message = say(room, ana, body)
        return remind_of(message, bruno, None if hours is None else timezone.now() + hours * HOUR)

    return saved


@pytest.fixture
def shown(client_of, page, bruno):
    return lambda address="/later/": page(client_of(bruno).get(address))


def bodies(shown):
    return [body.text.strip() for body in shown.select(".saved .message-body")]


def test_what_is_due_comes_first_then_what_has_a_time_then_the_rest(lobby, save, shown):
    for body, hours in (("c", 5), ("e", None), ("a", -2), ("d", None), ("b", -1)):
        save(lobby, body, hours)
    later = shown()
    assert bodies(later) == ["a", "b", "c", "d", "e"]
    assert [h.text for h in later.select("main h2")] == ["Due", "With a time", "Without a time"]
    assert "Lobby" in later.select_one(".saved-place").text


def test_only_ones_own_are_listed(client_of, page, lobby, ana, save):
    save(lobby, "Bruno's")
    assert bodies(page(client_of(ana).get("/later/"))) == []


def test_a_row_is_done_put_back_and_removed(client_of, bruno, lobby, save, shown):
    saved, client = save(lobby, "one", -1), client_of(bruno)
    assert client.post(f"/later/{saved.pk}/done/")["Location"] == "/later/"
    assert (bodies(shown()), bodies(shown("/later/?done"))) == ([], ["one"])
    assert client.post(f"/later/{saved.pk}/reopen/?done")["Location"] == "/later/?done"
    assert bodies(shown()) == ["one"]
    for _ in range(2):
        client.post(f"/later/{saved.pk}/remove/")
    assert Saved.objects.count() == 0


@pytest.mark.parametrize("act", ["done", "reopen", "remove"])
def test_nobody_acts_on_the_list_of_somebody_else(client_of, ana, lobby, save, act):
    saved = save(lobby, "Bruno's")
    assert client_of(ana).post(f"/later/{saved.pk}/{act}/").status_code == 404
    assert client_of(ana).get(f"/later/{saved.pk}/{act}/").status_code == 405
    assert Saved.objects.to_do().count() == 1


def test_what_one_may_not_see_any_more_has_no_words(bruno, den, save, shown, client_of):
    saved = save(den, "the secret plan", 1)
    end_membership(den.membership_of(bruno))
    later = shown()
    assert "This message is no longer yours to see." in later.select_one(".saved").text
    for word in ("secret", "Den", "ana"):
        assert word not in later.select_one("main").text
    assert client_of(bruno).get(f"/messages/{saved.message_id}/save/").status_code == 404
    client_of(bruno).post(f"/later/{saved.pk}/remove/")
    assert Saved.objects.count() == 0


def test_a_deleted_message_leaves_a_row_without_words(lobby, save, shown):
    saved = save(lobby, "the secret plan", -1)
    delete_message(saved.message)
    assert bodies(shown()) == ["This message was deleted."]
    assert "secret" not in str(shown())
    assert shown().select("a[href$='/save/?back=/later/']") == []


def test_an_edited_message_is_shown_as_it_is_now(lobby, save, shown):
    edit_message(save(lobby, "before").message, "after")
    assert bodies(shown()) == ["after"]


def test_a_direct_room_is_named_as_its_reader_sees_it(ana, bruno, save, shown):
    save(open_direct_room(ana, bruno), "psst")
    assert shown().select_one(".saved-place bdi").text == "ana"


def test_the_list_has_pages(lobby, save, shown):
    for n in range(SAVED_A_PAGE + 1):
        save(lobby, f"number {n}")
    assert len(bodies(shown())) == SAVED_A_PAGE
    assert bodies(shown("/later/?page=2")) == ["number 0"]
    assert bodies(shown("/later/?page=none"))[0] == f"number {SAVED_A_PAGE}"


def test_the_list_costs_the_same_for_one_and_for_many(
    client_of, bruno, lobby, den, save, django_assert_num_queries
):
    client = client_of(bruno)
    for room in (lobby, den, lobby, den):
        save(room, "another", 1)
        client.get("/later/")
        with django_assert_num_queries(QUERIES):
            client.get("/later/")


def test_a_day_old_reminder_stays_in_the_list_until_it_is_done(lobby, save, shown):
    saved = save(lobby, "one", -30)
    tasks.queue_reminders.call()
    assert bodies(shown()) == ["one"]
    finish_saved(saved)
    assert bodies(shown()) == []


def test_what_was_done_a_month_ago_is_forgotten(lobby, bruno, ana, say, save):
    finish_saved(save(lobby, "recent"))
    old = save(lobby, "old")
    finish_saved(old)
    Saved.objects.filter(pk=old.pk).update(done_at=timezone.now() - tasks.DONE_KEPT - HOUR)
    save_message(say(lobby, ana, "to do"), bruno)
    tasks.forget_done.call()
    kept = Saved.objects.values_list("message__body", flat=True)
    assert sorted(kept) == ["recent", "to do"]
