"""The people who are in a room now, as its page shows them."""

from datetime import timedelta

import pytest
from django.template.loader import render_to_string
from django.utils import timezone

from rooms.models import Presence
from rooms.presence.here import Here
from rooms.presence.queries import people_in
from users.models import User

STATUSES = {
    "none": ("", "", None),
    "words": ("", "away", None),
    "emoji": ("🌴", "", None),
    "until later": ("🌴", "away", timedelta(hours=1)),
    "ended": ("🌴", "away", timedelta(hours=-1)),
}
NAMES = {"username": ("", False), "display name": ("Zoë", False), "both": ("Zoë", True)}


@pytest.fixture
def arrive(lobby):
    def arrive(*people, connection=""):
        later = timezone.now() + timedelta(minutes=1)
        for person in people:
            name = f"{connection}{person.pk}"
            fields = {"connection": name, "process": "p", "session_key": "s", "expires_at": later}
            Presence.objects.create(room=lobby, user=person, **fields)

    return arrive


@pytest.mark.parametrize("names", NAMES.values(), ids=NAMES)
@pytest.mark.parametrize("status", STATUSES.values(), ids=STATUSES)
def test_they_look_as_users_do(arrive, lobby, bruno, names, status):
    bruno.display_name, shows_username = names
    bruno.save()
    emoji, text, ends_in = status
    until = timezone.now() + ends_in if ends_in else None
    User.objects.filter(pk=bruno.pk).update(
        shows_username=shows_username, status_emoji=emoji, status_text=text, status_until=until
    )
    bruno.refresh_from_db()
    arrive(bruno)
    (here,) = people_in(lobby)
    assert here == Here.of(bruno) == Presence.objects.people_in([lobby.pk])[lobby.pk][0]
    for what in ("pk", "name", "shown_name", "bare_name", "username", "avatar_id", "is_bot"):
        assert getattr(here, what) == getattr(bruno, what)
    for template in ("users/_avatar.html", "users/status/_status.html"):
        shown = [render_to_string(template, {"person": person}) for person in (here, bruno)]
        assert shown[0] == shown[1]


def test_each_of_them_is_there_once_by_name(arrive, lobby, ana, bruno):
    zoe = User.objects.create_user("aaa", "zoe@example.com", display_name="Zoë")
    arrive(zoe, bruno, ana)
    arrive(bruno, connection="second")
    assert [person.name for person in people_in(lobby)] == ["ana", "bruno", "Zoë"]


def test_the_page_of_a_crowd_makes_no_users_of_it(
    arrive, lobby, ana, bruno, client_of, monkeypatch
):
    crowd = [User(username=f"c{number}", email=f"c{number}@example.com") for number in range(60)]
    for person in crowd:
        person.save()
    arrive(ana, bruno, *crowd)
    client, made = client_of(bruno), []
    from_db = User.from_db.__func__
    monkeypatch.setattr(
        User,
        "from_db",
        classmethod(lambda *args, **options: made.append(args) or from_db(*args, **options)),
    )
    page = client.get(lobby.get_absolute_url()).text
    assert "· 62" in page
    assert page.count('class="person"') == 50
    assert len(made) < 10
