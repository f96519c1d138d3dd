"""Each channel has its own level in each room."""

import pytest
from django.utils import timezone

from messaging.models import PushSubscription
from messaging.notifications.actions import choose_level
from messaging.notifications.mail import EMAIL
from messaging.notifications.missed import users_due
from messaging.notifications.push.channel import PUSH
from messaging.notifications.tests.test_email import pass_time
from rooms.models import Room
from rooms.sidebar.actions import mute_room
from users.models import Session


@pytest.fixture
def path(lobby):
    return f"{lobby.get_absolute_url()}notifications/"


@pytest.fixture
def levels(lobby, bruno):
    """Return a function that returns the levels of Bruno in the lobby: for mails, for pushes."""

    def read():
        membership = lobby.membership_of(bruno)
        return membership.notification_level, membership.push_level

    return read


@pytest.fixture
def device(client_of, bruno):
    client_of(bruno)
    session = Session.objects.get(user=bruno)
    return PushSubscription.objects.create(
        user=bruno, session=session, endpoint="https://push.example/1", endpoint_hash="1"
    )


def checked(soup):
    return {box["name"]: box["value"] for box in soup.select("main input[checked]")}


def test_a_member_chooses_both(client_of, bruno, path, levels, page):
    client = client_of(bruno)
    both = {"notification_level": "nothing", "push_level": "everything"}
    assert client.post(path, both)["Location"] == path
    assert levels() == ("nothing", "everything")
    assert checked(page(client.get(path))) == both


@pytest.mark.parametrize(
    ("sent", "chosen"),
    [
        (
            {"notification_level": "nothing"},
            ("nothing", "mentions"),
        ),  # a page of an earlier release
        ({"push_level": "nothing"}, ("mentions", "nothing")),
    ],
)
def test_one_alone_leaves_the_other(client_of, bruno, path, levels, sent, chosen):
    client_of(bruno).post(path, sent)
    assert levels() == chosen


@pytest.mark.parametrize("wrong", ["much", "\x00", "x" * 10_000, "everything nothing"])
def test_a_wrong_level_is_refused_and_the_other_choice_kept(
    client_of, bruno, path, levels, page, wrong
):
    sent = {"notification_level": "nothing", "push_level": wrong}
    response = client_of(bruno).post(path, sent)
    soup = page(response)
    assert (response.status_code, len(soup.select(".field-errors"))) == (422, 1)
    assert checked(soup) == {"notification_level": "nothing"}
    assert levels() == ("mentions", "mentions")


def test_without_a_choice_the_page_asks_for_one(client_of, bruno, path, page):
    response = client_of(bruno).post(path)
    errors = page(response).select_one(".field-errors").get_text(strip=True)
    assert (response.status_code, errors) == (422, "Choose one of these.")


def test_everything_means_what_comes_from_then_on_on_each_channel(lobby, ana, bruno, say):
    say(lobby, ana, "before")
    choose_level(lobby.membership_of(bruno), push_level="everything")
    membership = lobby.membership_of(bruno)
    assert (membership.notify_after, membership.push_after) == (0, 1)
    say(lobby, ana, "between")
    choose_level(membership, "everything", "everything")
    membership = lobby.membership_of(bruno)
    assert (membership.notify_after, membership.push_after) == (2, 1)  # nothing is skipped


@pytest.mark.parametrize(
    ("mail_level", "push_level", "told"),
    [("everything", "nothing", [1, 0]), ("nothing", "everything", [0, 1])],
)
def test_a_channel_obeys_its_own_level_only(
    lobby, ana, bruno, say, device, mail_level, push_level, told
):
    choose_level(lobby.membership_of(bruno), mail_level, push_level)
    say(lobby, ana, "hello")
    pass_time()
    assert [len(users_due(channel, timezone.now())) for channel in (EMAIL, PUSH)] == told


def test_a_muted_room_tells_by_its_levels_all_the_same(lobby, ana, bruno, say, device):
    """Muting keeps a room from shouting in the list of rooms; what is sent has its own levels."""
    mute_room(lobby.membership_of(bruno))
    say(lobby, ana, "@bruno")
    pass_time()
    for channel in (EMAIL, PUSH):
        assert users_due(channel, timezone.now()) == {bruno.pk}


def test_who_wants_pushes_of_a_room_gets_them_queued(lobby, bruno, device):
    Room.objects.update(is_pushed=False)
    choose_level(lobby.membership_of(bruno), "everything", "nothing")
    assert not Room.objects.get(pk=lobby.pk).is_pushed
    choose_level(lobby.membership_of(bruno), push_level="everything")
    assert Room.objects.get(pk=lobby.pk).is_pushed


def test_the_list_of_rooms_says_both_where_they_differ(client_of, lobby, den, bruno, page):
    choose_level(lobby.membership_of(bruno), "nothing", "everything")
    soup = page(client_of(bruno).get("/notifications/"))
    said = [
        " ".join(text.get_text().split()) for text in soup.select("#in-rooms ~ .list .list-help")
    ]
    assert said == ["Only mentions of me", "Email: Nothing · Devices: Every message"]


def test_the_page_says_if_no_device_is_reached(client_of, bruno, path, page, settings):
    settings.EMAIL_URL = "smtp://mail.example"
    client = client_of(bruno)
    sentence = "None of your devices gets notifications yet."
    assert sentence in page(client.get(path)).get_text()
    PushSubscription.objects.create(
        user=bruno, session=Session.objects.get(user=bruno), endpoint="https://push.example/2"
    )
    assert sentence not in page(client.get(path)).get_text()
