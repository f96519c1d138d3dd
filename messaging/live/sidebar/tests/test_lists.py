"""Sockets: the list of rooms, and which rooms it has."""

import pytest

from core.threads import in_database
from messaging.tests.said import say
from rooms import actions as room_actions
from rooms.models import Membership

from .shown import calls, marks, news

pytestmark = pytest.mark.django_db(transaction=True)


async def test_a_room_that_somebody_was_added_to_or_removed_from_changes_in_their_list(
    arrive, lobby, den, ana, eve
):
    reader = await arrive(eve, lobby)
    link, current = den.get_absolute_url(), f'{lobby.get_absolute_url()}" aria-current'
    membership, _created = await in_database(room_actions.join_room)(den, eve)
    await reader.until(lambda page: 'id="rooms"' in page.taken[-1] and link in page.taken[-1])
    await in_database(room_actions.end_membership)(membership)
    await reader.until(lambda page: 'id="rooms"' in page.taken[-1] and link not in page.taken[-1])
    assert current not in reader.page.taken[-1]  # she reads, but is not a member


async def test_a_room_that_is_renamed_or_archived_changes_in_its_peoples_lists(
    arrive, lobby, den, ana, bruno
):
    reader = await arrive(bruno, lobby)
    await in_database(room_actions.change_room)(den, ana, name="Burrow")
    await reader.until(lambda page: 'id="rooms"' in page.taken[-1] and "Burrow" in page.taken[-1])
    await in_database(room_actions.archive_room)(den, ana)
    await reader.until(
        lambda page: 'id="rooms"' in page.taken[-1] and "Burrow" not in page.taken[-1]
    )


async def test_a_direct_room_is_listed_with_its_first_message(arrive, lobby, ana, bruno):
    reader, author = await arrive(bruno, lobby), await arrive(ana, lobby)
    direct = await in_database(room_actions.open_direct_room)(ana, bruno)
    await reader.until(lambda page: 'id="rooms"' in page.taken[-1])
    assert direct.slug not in "".join(reader.page.taken + author.page.taken)
    await say(direct, ana, "hello")
    for page in (reader, author):
        await page.until(lambda page: direct.get_absolute_url() in page.taken[-1])
    assert (calls(reader.page, direct), calls(author.page, direct)) == ("1", "")


async def test_a_direct_room_without_messages_is_listed_on_its_own_page(arrive, lobby, ana, bruno):
    direct = await in_database(room_actions.open_direct_room)(ana, bruno)
    here, elsewhere = await arrive(ana, direct), await arrive(ana, lobby)
    await in_database(room_actions.broadcasts.access_changed)(ana.pk)
    for page in (here, elsewhere):
        await page.until(lambda page: 'id="rooms"' in page.taken[-1])
    assert direct.slug in here.page.taken[-1]
    assert direct.slug not in elsewhere.page.taken[-1]


async def test_a_room_that_is_muted_elsewhere_turns_grey(arrive, awake, lobby, den, ana, bruno):
    reader = await arrive(bruno, lobby)
    await say(den, ana, "one", "two, @bruno")
    await reader.until(lambda page: marks(page).get(den.pk) == ("2", "1"))
    muted = Membership.objects.filter(room=den, user=bruno)
    await in_database(muted.update)(room_muted=True)
    await awake.backfill.compare()
    await reader.until(lambda page: 'id="rooms"' in page.taken[-1])
    assert (news(reader.page, den), calls(reader.page, den)) == ("", "1")
    assert "data-muted" in reader.page.taken[-1]


async def test_a_room_that_one_was_added_to_is_listed_even_if_the_event_is_lost(
    arrive, awake, lobby, den, eve, monkeypatch
):
    reader = await arrive(eve, lobby)
    await in_database(Membership.objects.create)(room=den, user=eve)
    await awake.backfill.compare()
    await reader.until(lambda page: den.get_absolute_url() in page.taken[-1])
