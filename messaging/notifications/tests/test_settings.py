"""Turning off or changing notifications: in the mailbox, by link, in the profile and the room."""

import email.policy

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from messaging.models import Mention
from messaging.notifications.actions import claim, notify, stop_email
from messaging.notifications.mail import EMAIL
from users.models import User

STOP = "List-Unsubscribe=One-Click"


@pytest.fixture(autouse=True)
def mail_server(settings):
    settings.EMAIL_URL = "smtp://mail.example"
    settings.SITE_URL = "https://chat.example"


def stop_path(sent):
    return sent.extra_headers["List-Unsubscribe"].strip("<>").removeprefix("https://chat.example")


@pytest.fixture
def sent(lobby, ana, bruno, say):
    """The mail to Bruno."""
    say(lobby, ana, "@bruno")
    Mention.objects.update(created_at=timezone.now() - EMAIL.delay)
    claimed = claim(bruno.pk, EMAIL, timezone.now())
    notify(claimed.pk, claimed.number)
    return mail.outbox[-1]


def test_one_click_in_the_mailbox_ends_the_mails(sent, bruno):
    """RFC 8058: a POST without a cookie, a CSRF token or a redirect."""
    assert sent.extra_headers["List-Unsubscribe-Post"] == STOP
    client = Client(enforce_csrf_checks=True)
    form = "application/x-www-form-urlencoded"
    response = client.post(stop_path(sent), STOP, content_type=form)
    bruno.refresh_from_db()
    assert (response.status_code, bruno.email_notifications) == (200, False)


def test_the_link_in_the_mail_shows_a_button_and_ends_nothing_by_itself(sent, client, bruno, page):
    assert f"https://chat.example{stop_path(sent)}" in sent.body
    form = page(client.get(stop_path(sent))).select_one("main form")
    bruno.refresh_from_db()
    assert bruno.email_notifications
    assert len(page(client.post(form["action"])).select("main form")) == 0
    bruno.refresh_from_db()
    assert not bruno.email_notifications


def test_a_forged_stop_ends_nothing(sent, client, ana, bruno):
    token = stop_path(sent).split("/")[-2]
    signature = token.partition(":")[2]
    for forged in (f"{ana.pk}:{signature}", str(ana.pk), f"{token}x", "x:y", "\u0660:x"):
        assert client.post(f"/notifications/stop/{forged}/").status_code == 404
    assert User.objects.filter(email_notifications=False).count() == 0


def test_mails_come_again_from_the_profile(client_of, bruno, page):
    stop_email(bruno)
    client = client_of(bruno)
    box = page(client.get("/profile/")).select_one("[name=email_notifications]")
    client.post("/profile/", {"email_notifications": "on"})
    bruno.refresh_from_db()
    assert (box.has_attr("checked"), bruno.email_notifications) == (False, True)


def test_mails_are_turned_off_and_on_beside_the_other_ways(client_of, bruno, page):
    client = client_of(bruno)
    for value, wanted in (("off", False), ("off", False), ("on", True)):
        button = page(client.get("/notifications/")).select_one("[name=email]")
        response = client.post("/notifications/email/", {"email": value})
        bruno.refresh_from_db()
        assert (response["Location"], bruno.email_notifications) == ("/notifications/", wanted)
    assert button["value"] == "on"


@pytest.mark.parametrize("sent", [{}, {"email": "maybe"}, {"email": "\x00"}])
def test_neither_on_nor_off_is_refused(client_of, bruno, page, sent):
    response = client_of(bruno).post("/notifications/email/", sent)
    alert = page(response).select_one("main [role=alert]").get_text(strip=True)
    bruno.refresh_from_db()
    assert (response.status_code, alert) == (422, "Choose one of these.")
    assert bruno.email_notifications


def test_a_site_without_mail_offers_none(client_of, bruno, page, settings):
    settings.EMAIL_URL = ""
    client = client_of(bruno)
    assert page(client.get("/profile/")).select("[name=email_notifications]") == []
    client.post("/profile/", {"display_name": "B"})
    bruno.refresh_from_db()
    assert bruno.email_notifications


def test_a_member_says_what_a_room_tells_them(client_of, lobby, bruno, page):
    client, path = client_of(bruno), f"{lobby.get_absolute_url()}notifications/"
    chosen = page(client.get(path)).select_one("main input[checked]")
    response = client.post(path, {"notification_level": "nothing"})
    assert (chosen["value"], response["Location"]) == ("mentions", path)
    assert lobby.membership_of(bruno).notification_level == "nothing"
    assert page(client.get(path)).select_one("main input[checked]")["value"] == "nothing"


def test_a_level_that_there_is_not_is_refused(client_of, lobby, bruno, page):
    path = f"{lobby.get_absolute_url()}notifications/"
    response = client_of(bruno).post(path, {"notification_level": "much", "role": "owner"})
    assert (response.status_code, len(page(response).select(".field-errors"))) == (422, 1)
    membership = lobby.membership_of(bruno)
    assert (membership.notification_level, membership.role) == ("mentions", "member")


@pytest.mark.parametrize("method", ["get", "post"])
def test_eve_sets_nothing(client_of, lobby, den, eve, method):
    answers = [
        getattr(client_of(eve), method)(f"{room.get_absolute_url()}notifications/").status_code
        for room in (den, lobby)
    ]
    assert answers == [404, 403]


def test_a_long_address_stands_in_the_header_as_it_is(sent):
    """Python encodes long words (RFC 2047), and mailboxes cannot read such addresses."""
    for policy in (email.policy.default, email.policy.SMTP):
        lines = sent.message(policy=policy).as_bytes().splitlines()
        address = sent.extra_headers["List-Unsubscribe"]
        assert f"List-Unsubscribe: {address}".encode() in lines


def test_links_in_mails_sent_under_the_old_address_still_work(sent, client, bruno, page):
    old = stop_path(sent).replace("/notifications/stop/", "/notices/stop/")
    assert len(page(client.get(old)).select("main form")) == 1
    response = client.post(old, STOP, content_type="application/x-www-form-urlencoded")
    bruno.refresh_from_db()
    assert (response.status_code, bruno.email_notifications) == (200, False)
