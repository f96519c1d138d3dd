"""Sockets: posting, and receiving pushes."""

import asyncio

import pytest

from core.threads import in_database
from messaging.message import actions, broadcasts
from messaging.message.models import BODY_LIMIT
from messaging.models import Message
from messaging.tests.said import say, stored
from rooms import actions as room_actions

LOG_IN_AGAIN, NOT_FOUND = 4401, 4404
UNSUPPORTED, INVALID, TOO_FAST, COME_BACK = 1003, 1007, 1008, 1013

pytestmark = pytest.mark.django_db(transaction=True)


# Posting and reading


async def test_what_one_posts_everybody_sees_once_and_in_order(arrive, lobby, ana, bruno, eve):
    people = [await arrive(user, lobby) for user in (ana, bruno, eve)]
    await people[0].post("one")
    await people[1].post("two")
    await say(lobby, ana, "three")
    for person in people:
        await person.sees("one", "two", "three")
        assert person.page.positions == [1, 2, 3]
    assert (people[0].page.acknowledged, people[1].page.acknowledged) == (["one"], ["two"])


async def test_edits_and_deletions_arrive_in_place(arrive, lobby, ana, bruno):
    reader = await arrive(bruno, lobby)
    await say(lobby, ana, "one", "two")
    first, second = await in_database(
        lambda: list(Message.objects.select_related("room").order_by("position"))
    )()
    await in_database(actions.edit_message)(first, "ONE")
    await in_database(actions.delete_message)(second)
    await reader.sees("ONE", "This message was deleted.")


async def test_a_page_that_was_away_is_brought_up_to_date_in_batches(arrive, lobby, ana, bruno):
    drafts = [actions.Draft(ana, f"m{n}", f"n{n}") for n in range(250)]
    await in_database(actions.post_messages)(lobby, drafts)
    reader = await arrive(bruno, lobby, cursor=10)
    await reader.until(lambda page: page.cursor == 250)
    assert reader.page.positions == list(range(11, 251))
    counts = [push.count("<article") for push in reader.page.taken[1:]]
    assert [count for count in counts if count] == [100, 100, 40]  # the list of rooms may come too


async def test_a_page_that_asks_always_has_an_answer(arrive, lobby, ana):
    await say(lobby, ana, "one")
    reader = await arrive(ana, lobby, cursor=1)
    await reader.send(cursor=1)
    await reader.until(lambda page: len(page.taken) == 3)
    assert (reader.page.cursor, reader.page.texts) == (1, [])


@pytest.mark.parametrize("cursor", ["-1", "NaN", "٣", "", "1e3", str(2**63), "9" * 5000])
async def test_a_cursor_that_is_no_number_does_nothing(arrive, lobby, ana, cursor):
    reader = await arrive(ana, lobby)
    before = len(reader.page.taken)
    await reader.send(cursor=cursor)
    await reader.post("still here")
    assert reader.page.acknowledged == ["still here"]
    assert sum("<article" in push for push in reader.page.taken[before:]) <= 1


async def test_a_cursor_from_the_future_comes_down_to_what_there_is(arrive, lobby, ana):
    await say(lobby, ana, "one")
    reader = await arrive(ana, lobby, cursor=10_000)
    await reader.until(lambda page: page.cursor == 1)
    await say(lobby, ana, "two")
    await reader.sees("two")


async def test_fifty_people_at_once_are_all_stored_once(arrive, lobby, ana, bruno):
    pages = [await arrive(user, lobby) for user in (ana, bruno)]
    sends = [page.post(f"{n}-{k}") for k, page in enumerate(pages) for n in range(25)]
    await asyncio.gather(*sends[:25])
    await asyncio.gather(*sends[25:])
    for page in pages:
        await page.until(lambda page: len(page.shown) == 50)
        assert page.page.positions == list(range(1, 51))
    assert sorted(await stored()) == sorted(f"{n}-{k}" for k in (0, 1) for n in range(25))


# The nonce


async def test_a_send_that_is_repeated_is_stored_once_and_answered_alike(arrive, lobby, ana):
    page = await arrive(ana, lobby)
    await page.post("hi", "same")
    await page.post("hi", "same")
    assert page.page.acknowledged == ["same", "same"]
    assert await stored() == ["hi"]


async def test_a_race_of_two_sockets_with_one_nonce_is_stored_once(arrive, lobby, ana):
    pages = [await arrive(ana, lobby) for _ in range(4)]
    for page in pages:
        await page.send(body="hi", nonce="same")
    for page in pages:
        await page.until(lambda page: page.acknowledged == ["same"])
    assert await stored() == ["hi"]


async def test_another_persons_equal_nonce_is_another_message(arrive, lobby, ana, bruno):
    for user in (ana, bruno):
        page = await arrive(user, lobby)
        await page.post(f"by {user}", "same")
    assert await stored() == ["by ana", "by bruno"]


# Refusals


@pytest.mark.parametrize(
    "body", ["", "  \n ", "\u200b\u2060", "a\x00b", "x" * (BODY_LIMIT + 1), "\ud800"]
)
async def test_a_text_that_is_refused_is_answered_and_not_stored(arrive, lobby, ana, bruno, body):
    page, other = await arrive(ana, lobby), await arrive(bruno, lobby)
    await page.post(body, "n")
    assert (page.page.acknowledged, bool(page.page.refusal or page.code)) == ([], True)
    await other.post("fine")
    assert await stored() == ["fine"]


async def test_half_a_letter_pair_does_not_take_others_messages_with_it(arrive, lobby, ana, bruno):
    bad, good = await arrive(ana, lobby), await arrive(bruno, lobby)
    await bad.send(body="a\ud800b", nonce="n")
    await good.send(body="fine", nonce="m")
    await good.until(lambda page: page.acknowledged == ["m"])
    await bad.until(lambda page: page.refusal)
    assert (bad.code, await stored()) == (None, ["fine"])


async def test_one_send_that_cannot_be_stored_leaves_its_batch(
    arrive, lobby, ana, bruno, monkeypatch
):
    render = broadcasts.render_sent
    monkeypatch.setattr(
        broadcasts, "render_sent", lambda nonce, *done: 1 // 0 if nonce == "n" else render(nonce)
    )
    bad, good = await arrive(ana, lobby), await arrive(bruno, lobby)
    for number in range(5):
        await good.send(body=f"fine {number}", nonce=f"{number}")
        await bad.send(body="!", nonce="n")
    await bad.until(lambda page: len(page.refusals) == 5)
    await good.until(lambda page: len(page.acknowledged) == 5)
    assert (bad.code, (await stored()).count("!")) == (None, 1)  # the nonce worked all five times


async def test_who_reads_along_cannot_post(arrive, lobby, eve):
    page = await arrive(eve, lobby)
    await page.post("let me in")
    assert (bool(page.page.refusal), page.code, await stored()) == (True, None, [])


async def test_an_archived_room_is_read_and_not_written_in(arrive, lobby, ana, bruno):
    page = await arrive(bruno, lobby)
    await page.post("before")
    await in_database(room_actions.archive_room)(lobby)
    await page.post("after")
    assert (bool(page.page.refusal), page.code, await stored()) == (True, None, ["before"])


async def test_a_page_in_a_busy_room_says_how_far_it_is_read_and_may_still_post(arrive, lobby, ana):
    page = await arrive(ana, lobby)
    for position in range(100):  # one for each message, as a visible page sends them
        await page.send(seen=position)
    await page.send(body="mine", nonce="n")
    await page.until(lambda page: page.acknowledged == ["n"], seconds=2)
