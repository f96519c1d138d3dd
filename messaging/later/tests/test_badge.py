"""The number of what is due beside the link to Later, as the page is drawn and live."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.threads import in_database
from messaging.later.actions import finish_saved, remind_of, unsave_message
from messaging.models import Saved
from rooms.models import Membership

HOUR = timedelta(hours=1)
ROOM_PAGE = 5  # queries, as before there was a number


def due_saved(message, user, ago=HOUR):
    return remind_of(message, user, timezone.now() - ago)


@pytest.fixture
def number(client_of, page):
    """Return a function that reads the number on somebody's page."""

    def read(user, address="/rooms/lobby/"):
        found = page(client_of(user).get(address)).select_one("#due-number")
        return found.text.split()[0] if found.text.strip() else ""

    return read


def test_the_number_counts_what_is_due_and_not_done(lobby, ana, bruno, say, number):
    assert number(bruno) == ""
    saved = [due_saved(say(lobby, ana, f"{n}"), bruno) for n in range(2)]
    remind_of(say(lobby, ana, "in an hour"), bruno, timezone.now() + HOUR)
    remind_of(say(lobby, ana, "without a time"), bruno, None)
    assert (number(bruno), number(bruno, "/"), number(ana)) == ("2", "2", "")
    finish_saved(saved[0])
    assert number(bruno) == "1"


def test_somebody_in_no_room_has_a_number_too(lobby, ana, eve, say, number):
    due_saved(say(lobby, ana, "hello"), eve)
    assert not Membership.objects.filter(user=eve).exists()
    assert number(eve, "/") == "1"


def test_the_title_counts_calls_only(client_of, page, lobby, ana, bruno, say):
    due_saved(say(lobby, ana, "hello"), bruno)
    assert not page(client_of(bruno).get("/rooms/lobby/")).title.text.strip().startswith("(")


def test_the_number_costs_no_query_of_its_own(
    client_of, lobby, den, ana, bruno, say, django_assert_num_queries
):
    due_saved(say(lobby, ana, "hello"), bruno)
    with django_assert_num_queries(1):
        found = list(Membership.objects.for_sidebar(bruno))
    assert [membership.due for membership in found] == [1, 1]
    client = client_of(bruno)
    client.get("/rooms/lobby/")
    with django_assert_num_queries(ROOM_PAGE):
        client.get("/rooms/lobby/")


@pytest.mark.django_db(transaction=True)
async def test_the_number_appears_and_goes_live(arrive, lobby, ana, bruno, say):
    message = await in_database(say)(lobby, ana, "hello")
    reader, other = await arrive(bruno, lobby), await arrive(ana, lobby)
    saved = await in_database(due_saved)(message, bruno)
    await reader.until(lambda page: number_in(page) == "1")
    await in_database(finish_saved)(saved)
    await reader.until(lambda page: number_in(page) == "")
    await other.until(lambda page: number_in(page) == "")


@pytest.mark.django_db(transaction=True)
async def test_the_number_appears_when_its_time_comes_without_any_event(
    arrive, lobby, ana, bruno, say
):
    message = await in_database(say)(lobby, ana, "hello")
    saved = await in_database(remind_of)(message, bruno, timezone.now() + HOUR)
    reader = await arrive(bruno, lobby)
    await reader.until(lambda page: number_in(page) == "")
    soon = timezone.now()
    await in_database(Saved.objects.filter(pk=saved.pk).update)(remind_at=soon)
    await reader.until(lambda page: number_in(page) == "1")


@pytest.mark.django_db(transaction=True)
async def test_a_page_that_comes_back_gets_the_number_of_now(arrive, lobby, ana, bruno, say):
    message = await in_database(say)(lobby, ana, "hello")
    saved = await in_database(due_saved)(message, bruno)
    first = await arrive(bruno, lobby)
    await first.until(lambda page: number_in(page) == "1")
    await first.leave()
    await in_database(unsave_message)(saved.message, bruno)
    again = await arrive(bruno, lobby)
    await again.until(lambda page: number_in(page) == "")


def number_in(page):
    """Return the number that was pushed last, or None if none was."""
    pushed = [push for push in page.taken if 'id="due-number"' in push]
    if not pushed:
        return None
    inside = pushed[-1].rpartition('id="due-number"')[2].partition(">")[2].partition("<")[0]
    return inside.strip()
