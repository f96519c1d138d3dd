"""A repeated send is stored once; a different text is never treated as a repetition."""

import pytest

from core.threads import in_database
from messaging.conftest import Socket
from messaging.message import actions
from messaging.models import Message
from messaging.tests.said import stored

LOG_IN_AGAIN = 4401


@pytest.fixture(params=["messages/", "compose/"])
def post(request, client_of, lobby, bruno):
    """Return a function with which Bruno posts on the room's page or in the iframe."""
    url = f"/rooms/lobby/{request.param}"
    return lambda body, nonce: client_of(bruno).post(url, {"body": body, "nonce": nonce})


def bodies():
    return list(Message.objects.values_list("body", flat=True))


def test_another_text_with_the_same_nonce_is_another_message(post):
    for body in ("first", "second", "first", "second"):
        assert post(body, "same").status_code == 303
    assert bodies() == ["first", "second"]


@pytest.mark.parametrize("change", ["edited", "deleted"])
def test_what_was_changed_since_is_still_known_when_it_is_repeated(post, change):
    post("first", "same")
    message = Message.objects.get()
    if change == "edited":
        actions.edit_message(message, "mended")
    else:
        actions.delete_message(message)
    post("first", "same")
    assert bodies() == ["mended" if change == "edited" else ""]


def test_the_same_send_in_another_room_is_another_message(lobby, den, bruno):
    messages = [actions.post_message(room, bruno, "hi", "same") for room in (lobby, den, lobby)]
    assert [message.room for message in messages] == [lobby, den, lobby]
    assert messages[0] == messages[2]


def test_what_is_stored_of_a_deleted_message_tells_nothing_of_its_text(lobby, bruno):
    message = actions.post_message(lobby, bruno, "yes", "a nonce that nobody else knows")
    actions.delete_message(message)
    row = Message.objects.values().get()
    assert "a nonce that nobody else knows" not in str(row)
    assert "yes" not in str(row)


def test_in_one_batch_each_text_is_stored_once(lobby, ana, bruno):
    texts = [(ana, "one"), (ana, "two"), (ana, "one"), (bruno, "one"), (ana, "two")]
    drafts = [actions.Draft(author, body, "same") for author, body in texts]
    messages = actions.post_messages(lobby, drafts)
    assert [message.body for message in messages] == ["one", "two", "one", "one", "two"]
    assert bodies() == ["one", "two", "one"]


@pytest.mark.django_db(transaction=True)
async def test_by_socket_every_text_is_acknowledged_and_stored_in_order(arrive, lobby, ana):
    pages = [await arrive(ana, lobby) for _ in range(3)]
    for page in pages:
        for body in ("one", "two", "three"):
            await page.send(body=body, nonce="same")
    for page in pages:
        await page.until(lambda page: page.acknowledged == ["same"] * 3)
    assert await stored() == ["one", "two", "three"]


@pytest.mark.django_db(transaction=True)
async def test_a_refused_text_is_named_by_its_nonce(arrive, lobby, ana):
    page = await arrive(ana, lobby)
    await page.send(body="", nonce="empty")
    await page.send(body="fine", nonce="fine")
    await page.until(lambda page: page.acknowledged == ["fine"])
    assert 'data-refused="empty"' in "".join(page.page.taken)


@pytest.mark.django_db(transaction=True)
async def test_every_text_that_comes_too_fast_is_given_back(arrive, lobby, ana):
    page = await arrive(ana, lobby)
    for number in range(100):
        await page.send(body=f"m{number}", nonce=f"n{number}")
    await page.until(
        lambda page: all(f'"n{number}"' in "".join(page.taken) for number in range(100))
    )


@pytest.mark.django_db(transaction=True)
async def test_a_page_of_another_person_gets_no_socket(awake, client_of, lobby, ana, bruno):
    client = await in_database(client_of)(bruno)
    hers, his = (
        Socket(client, "/ws/rooms/lobby/", query=f"person={user.pk}") for user in (ana, bruno)
    )
    for socket in (hers, his):
        await socket.open()
        await socket.send(body="Bruno's", nonce="n")
    assert await hers.closed() == LOG_IN_AGAIN
    await his.until(lambda page: page.acknowledged)
    await his.leave()
    assert await stored() == ["Bruno's"]
