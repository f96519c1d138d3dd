"""The devices on the page of notification settings: adding, listing and forgetting them."""

import pytest
from django.utils import timezone

from messaging.models import NotificationSettings, PushSubscription
from messaging.notifications.push import vapid
from messaging.notifications.push.actions import MAX_DEVICES
from tertulia.models import KeptTask
from users.models import Session

from .subscribed import device_of, subscription

pytestmark = pytest.mark.django_db

PIXEL = "Mozilla/5.0 (Android 16; Mobile; rv:150.0) Gecko/150.0 Firefox/150.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) Version/18.6 Safari/604.1"


@pytest.fixture(autouse=True)
def site(settings, workspace):
    """A site that sends pushes; making its key ends all devices."""
    settings.SITE_URL = "https://chat.example"
    assert vapid.public_key()


@pytest.fixture
def phone(client_of, bruno):
    """Bruno's phone, whose browser is a client."""
    client = client_of(bruno)
    client.defaults["HTTP_USER_AGENT"] = PIXEL
    return client


def session_of(client):
    return Session.objects.get(pk=client.session.stored_key)


def rows(page, client):
    """Return the texts of the rows of the list."""
    found = page(client.get("/notifications/")).select("#devices .list > li")
    return [" ".join(row.get_text(" ").split()) for row in found]


def test_a_device_is_added_and_named_after_its_browser(phone, bruno, page):
    response = phone.post("/notifications/devices/", subscription())
    assert (response.status_code, response["Location"]) == (302, "/notifications/")
    (row,) = rows(page, phone)
    assert row.startswith("Firefox on Android this device since")
    device = bruno.push_subscriptions.get()
    assert device.session_id == phone.session.stored_key


def test_the_name_is_in_the_person_s_language(phone, bruno):
    bruno.language = "es"
    bruno.save(update_fields=["language"])
    phone.post("/notifications/devices/", subscription())
    assert bruno.push_subscriptions.get().label == "Firefox en Android"


def test_the_page_has_the_button_the_key_and_the_worker(phone, page):
    form = page(phone.get("/notifications/")).select_one("form#subscribe[hidden]")
    assert form["data-key"] == vapid.public_key()
    assert (form["data-worker"], form["action"]) == ("/sw.js", "/notifications/devices/")
    assert form.select_one("button").get_text(strip=True) == "Notify me on this device"
    assert form.select("[name=again]") == []


def test_without_scripts_the_page_says_what_the_button_needs(phone, page):
    soup = page(phone.get("/notifications/"))
    assert "need scripts" in soup.select_one("noscript").get_text()
    assert "Home Screen" in soup.select_one("details.iphone").get_text()


def test_a_person_sees_their_own_devices(phone, ana, bruno, page):
    here = device_of(bruno, session_of(phone))
    there = device_of(bruno, label="Chrome on Windows")
    device_of(ana, label="Ana's")
    PushSubscription.objects.filter(pk=there.pk).update(told_at=timezone.now())
    first, second = rows(page, phone)
    assert first.startswith("Chrome on Windows since")
    assert "last notified now" in first
    assert second.startswith("Firefox on Android this device")
    assert "not notified yet" in second
    assert here.pk != there.pk


def test_a_device_that_gets_nothing_is_shown_as_such(phone, bruno, page):
    """Case 36."""
    device_of(bruno)
    failing = device_of(bruno, label="Broken")
    PushSubscription.objects.filter(pk=failing.pk).update(failed_since=timezone.now())
    assert [("do not arrive" in row) for row in rows(page, phone)] == [True, False]


def test_a_person_forgets_a_device_with_a_plain_form(phone, bruno, page):
    kept = device_of(bruno)
    device_of(bruno, label="Lost")
    form = page(phone.get("/notifications/")).select_one("#devices form[action$='/forget/']")
    assert (form["method"], form.select_one("[name=csrfmiddlewaretoken]") is None) == (
        "post",
        False,
    )
    response = phone.post(form["action"], follow=True)
    assert "Lost notifies you no longer." in response.content.decode()
    assert list(bruno.push_subscriptions.all()) == [kept]


def test_a_person_sends_a_test_to_a_device(phone, bruno, page):
    device = device_of(bruno)
    form = page(phone.get("/notifications/")).select_one("#devices form[action$='/test/']")
    response = phone.post(form["action"], follow=True)
    assert "A test is on its way." in response.content.decode()
    task = KeptTask.objects.get(path="messaging.notifications.push.tasks.send_test")
    assert task.args == [device.pk]


def test_eve_forgets_and_reads_nothing_of_others(client_of, eve, bruno, page):
    device = device_of(bruno)
    eve_s = client_of(eve)
    for act in ("forget", "test"):
        assert eve_s.post(f"/notifications/devices/{device.pk}/{act}/").status_code == 404
    assert bruno.push_subscriptions.exists()
    assert rows(page, eve_s) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"endpoint": "http://push.example/x"},
        {"endpoint": "https://127.0.0.1/x"},
        {"endpoint": "https://push.example:6379/x"},
        {"endpoint": "https://a@push.example/x"},
        {"endpoint": "https://push.example/" + "x" * 3_000},
        {"p256dh": "AAAA"},
        {"auth": ""},
    ],
)
def test_an_address_that_is_none_is_refused_with_one_sentence(phone, bruno, page, changes):
    response = phone.post("/notifications/devices/", subscription() | changes)
    assert response.status_code == 422
    assert len(page(response).select("main .alert-error")) == 1
    assert not bruno.push_subscriptions.exists()


def test_one_device_too_many_is_refused(phone, bruno, page):
    for _number in range(MAX_DEVICES):
        device_of(bruno)
    response = phone.post("/notifications/devices/", subscription())
    assert response.status_code == 422
    assert "10 devices" in page(response).select_one("main .alert-error").text
    assert bruno.push_subscriptions.count() == MAX_DEVICES


def test_a_renewed_address_replaces_the_one_of_this_browser(phone, bruno, page):
    phone.post("/notifications/devices/", subscription("https://push.example/old"))
    assert page(phone.get("/notifications/")).select("#subscribe [name=again]")
    new = subscription("https://push.example/new") | {"again": "1"}
    assert phone.post("/notifications/devices/", new).status_code == 204
    assert bruno.push_subscriptions.get().endpoint == "https://push.example/new"


def test_what_was_forgotten_elsewhere_is_not_renewed(phone, bruno):
    device = device_of(bruno, session_of(phone))
    device.delete()
    again = subscription(device.endpoint) | {"again": "1"}
    assert phone.post("/notifications/devices/", again).status_code == 204
    assert not bruno.push_subscriptions.exists()


def test_a_visit_of_the_next_person_takes_nothing_over_but_the_button_does(
    phone, ana, client_of, bruno
):
    """Their script ends the address that it finds; only the button subscribes them."""
    sent = subscription()
    phone.post("/notifications/devices/", sent)
    next_one = client_of(ana)
    next_one.post("/notifications/devices/", sent | {"again": "1"})
    assert PushSubscription.objects.get().user == bruno
    next_one.post("/notifications/devices/", sent)
    assert PushSubscription.objects.get().user == ana


def test_logging_out_ends_the_device_and_clears_the_browser(phone, bruno):
    """Clear-Site-Data removes the service worker, and the browser's subscription with it."""
    phone.post("/notifications/devices/", subscription())
    response = phone.post("/accounts/logout/")
    assert not bruno.push_subscriptions.exists()
    assert '"storage"' in response["Clear-Site-Data"]


@pytest.mark.parametrize(
    ("url", "sentence"),
    [("", "set SITE_URL"), ("http://chat.example", "https address")],
)
def test_a_site_that_cannot_send_says_why(client_of, ana, phone, settings, page, url, sentence):
    """Case 40: what to set is for administrators."""
    settings.SITE_URL, settings.EMAIL_URL = url, ""
    for client, is_told in ((client_of(ana), True), (phone, False)):
        soup = page(client.get("/notifications/"))
        assert "does not send notifications to devices" in soup.main.text
        assert (sentence in soup.main.text) is is_told
        assert soup.select("#subscribe, script[src*=subscribe]") == []


def test_a_device_with_pushes_is_offered_no_desktop_notifications(phone, bruno, page):
    """Each call would be shown twice."""
    box = "#device .switch:not([hidden]) [name=desktop]"
    assert page(phone.get("/notifications/")).select(box)
    phone.post("/notifications/devices/", subscription())
    assert page(phone.get("/notifications/")).select(box) == []


@pytest.mark.parametrize(("agent", "is_open"), [(PIXEL, False), (IPHONE, True)])
def test_the_steps_for_an_iphone_are_open_there(phone, page, agent, is_open):
    details = page(phone.get("/notifications/", headers={"User-Agent": agent})).details
    assert details.has_attr("open") is is_open


def test_a_person_chooses_how_much_notifications_say(phone, bruno, page):
    box = "#devices [name=is_discreet]"
    assert not page(phone.get("/notifications/")).select_one(box).has_attr("checked")
    phone.post("/notifications/discreet/", {"is_discreet": "on"})
    assert NotificationSettings.objects.get(user=bruno).is_discreet
    assert page(phone.get("/notifications/")).select_one(box).has_attr("checked")
    phone.post("/notifications/discreet/", {})
    assert not NotificationSettings.objects.get(user=bruno).is_discreet


def test_each_list_costs_the_same_number_of_queries(
    phone, bruno, django_assert_max_num_queries, page
):
    device_of(bruno)
    phone.get("/notifications/")
    with django_assert_max_num_queries(40) as one:
        phone.get("/notifications/")
    for _number in range(3):
        device_of(bruno)
    with django_assert_max_num_queries(len(one)):
        phone.get("/notifications/")


def test_a_device_outlives_its_owner_s_change_of_password(phone, bruno):
    phone.post("/notifications/devices/", subscription())
    before = session_of(phone)
    fields = {"oldpassword": "correct horse", "password1": "another horse 7"}
    phone.post("/accounts/password/change/", fields | {"password2": fields["password1"]})
    assert not Session.objects.filter(pk=before.pk).exists()
    assert bruno.push_subscriptions.get().session == session_of(phone)
