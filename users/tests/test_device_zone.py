"""The browser's time zone is asked at sign-up, and shown and changed on the profile."""

import pytest

from users.clock.zones import zone_named
from users.languages import time_zone_of
from users.models import User, Workspace

SENT = [
    ("America/Bogota", "America/Bogota"),
    ("Etc/UTC", "UTC"),
    ("", ""),
    (None, ""),
    ("Mars/Olympus", ""),
    ("../../etc/passwd", ""),
    ("x" * 5_000, ""),
]


@pytest.mark.parametrize(("sent", "stored"), SENT)
def test_a_new_person_has_the_zone_that_the_browser_sent(client, ana, account, sent, stored):
    Workspace.objects.update(time_zone="Europe/Madrid")
    fields = account() | ({} if sent is None else {"time_zone": sent})
    assert client.post("/accounts/signup/", fields).status_code == 302
    clara = User.objects.get(username="clara")
    assert clara.time_zone == stored
    assert time_zone_of(clara) is zone_named(stored or "Europe/Madrid")


def test_the_zone_is_on_the_profile_and_can_be_changed(client_of, ana, page):
    User.objects.filter(pk=ana.pk).update(time_zone="Asia/Tokyo")
    client = client_of(ana)
    form = page(client.get("/profile/")).select_one("[name=time_zone]")
    assert form.select_one("option[selected]")["value"] == "Asia/Tokyo"
    client.post("/profile/", {"time_zone": ""})
    assert User.objects.get(pk=ana.pk).time_zone == ""


@pytest.mark.parametrize("zone", ["Mars/Olympus", "x" * 5_000])
def test_an_odd_zone_is_refused_on_the_profile(client_of, ana, zone):
    assert client_of(ana).post("/profile/", {"time_zone": zone}).status_code == 422
    assert User.objects.get(pk=ana.pk).time_zone == ""
