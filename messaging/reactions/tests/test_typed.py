"""`+:tada:` as a whole reply reacts: for those who only type."""

import pytest

from core.threads import in_database
from messaging.message.submit import submit
from messaging.models import Draft, Message
from rooms.actions import archive_room


@pytest.fixture
def send(lobby, said, bruno):
    """Return a function: what Bruno's composer with a reply to the message leads to."""

    def reply(body, to=said.pk, **fields):
        data = {"body": body, "nonce": body, "reply_to": str(to or ""), **fields}
        return submit(lobby.membership_of(bruno), data)

    return reply


def bodies():
    return list(Message.objects.order_by("pk").values_list("body", flat=True))


@pytest.mark.parametrize("body", ["+:tada:", "+🎉", " +:tada: ", "+ 🎉"])
def test_an_emoji_after_a_plus_reacts_instead_of_posting(send, said, stored, body):
    submission = send(body)
    assert (submission.message, submission.status) == (said, 303)
    assert (bodies(), stored()) == (["Lunch at one?"], [("bruno", "🎉")])


OTHERS = ["+1", "+a", "++", "+:tada: now", "+:tada:\nnow", "look +🎉", "+", "+::", "+👍👍"]


@pytest.mark.parametrize("body", OTHERS)
def test_other_replies_are_posted(send, stored, body):
    assert send(body).message.body == body
    assert stored() == []


def test_without_a_message_to_answer_it_is_posted(send, stored):
    assert send("+:tada:", to=None).message.body == "+:tada:"
    assert stored() == []


def test_an_unknown_name_is_refused_and_kept(send, stored):
    submission = send("+:nonsense:")
    assert (submission.status, submission.form["body"].value()) == (422, "+:nonsense:")
    assert "No emoji has this name" in submission.form.errors["body"][0]
    assert (len(bodies()), stored()) == (1, [])


def test_sending_it_twice_reacts_once(send, stored):
    assert [send("+:tada:").status for _ in range(2)] == [303, 303]
    assert stored() == [("bruno", "🎉")]


def test_slow_mode_lets_react_and_then_write(lobby, send, said):
    lobby.slow_seconds = 60
    lobby.save(update_fields=["slow_seconds"])
    statuses = [send(body).status for body in ("+:tada:", "+👍", "One", "Two", "+🙏")]
    assert statuses == [303, 303, 303, 429, 303]


def test_who_cannot_post_is_told_so(lobby, send, stored):
    archive_room(lobby)
    lobby.refresh_from_db()
    assert (send("+:tada:").status, stored()) == (403, [])


def test_the_kept_draft_is_gone(lobby, bruno, send):
    membership = lobby.membership_of(bruno)
    Draft.objects.create(membership=membership, body="+:tada:", key="k1")
    send("+:tada:", draft="k1")
    assert not Draft.objects.filter(body__gt="").exists()


@pytest.mark.django_db(transaction=True)
async def test_the_socket_acknowledges_it(arrive, lobby, said, bruno, stored):
    socket = await arrive(bruno, lobby)
    await socket.send(body="+:tada:", nonce="n", reply_to=said.pk)
    await socket.until(lambda page: page.acknowledged == ["n"])
    assert await in_database(stored)() == [("bruno", "🎉")]
