"""Sessions: the list, ending them, and what is stored."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from core.user_agents import browser_of, system_of
from users import broadcasts
from users.links.actions import issue_login_link
from users.models import Session, User
from users.sessions.socket_auth import visitors_of

PAST = datetime(2020, 1, 1, tzinfo=UTC)
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def rechecked(monkeypatch, django_capture_on_commit_callbacks):
    """Return a function that runs an action and returns the ids of the users it rechecks."""

    def by(act):
        people = []
        record = lambda group, event: people.append(event["user"])  # noqa: E731
        monkeypatch.setattr(broadcasts, "publish", record)
        with django_capture_on_commit_callbacks(execute=True):
            act()
        return people

    return by


@pytest.fixture
def elsewhere(bruno, log_in):
    """Return a client of Bruno's, logged in with Firefox at another IP address."""
    client = Client(headers={"user-agent": FIREFOX}, REMOTE_ADDR="192.0.2.7")
    log_in(client, "bruno")
    return client


def rows(page, client):
    return page(client.get("/profile/sessions/")).select(".session")


def test_the_list_says_which_browser_where_and_when(bruno, elsewhere, client_of, page):
    here = client_of(bruno)
    shown = rows(page, here)
    help_texts = [row.select_one(".list-help").extract().text for row in shown]
    assert all("last seen" in text for text in help_texts)
    texts = {row.select_one(".list-text").text.strip() for row in shown}
    assert texts == {"An unknown browser this browser", "Firefox on Linux"}
    [address] = page(here.get("/profile/sessions/")).select(".session bdi")
    assert address.text == "192.0.2.7"


NEW = {"password1": "new horse battery", "password2": "new horse battery"}


def change_it(bruno, client):
    client.post("/accounts/password/change/", NEW | {"oldpassword": "correct horse"})


def change_it_by_link(bruno, client):
    _link, token = issue_login_link(User.objects.get(is_administrator=True), bruno)
    client.post(f"/enter/{token}/")
    client.post("/profile/password/", NEW)


def change_it_by_command(bruno, client):
    bruno.refresh_from_db()
    bruno.set_password(NEW["password1"])
    bruno.save(update_fields=["password"])
    client.post("/accounts/login/", {"login": "bruno", "password": NEW["password1"]})


@pytest.mark.parametrize("change", [change_it, change_it_by_link, change_it_by_command])
def test_after_a_new_password_only_this_session_is_in_the_list(
    bruno, elsewhere, log_in, page, change
):
    here = Client()
    log_in(here, "bruno")
    change(bruno, here)
    rows = page(here.get("/profile/sessions/")).select("main li")
    assert elsewhere.get("/profile/").status_code == 302
    assert len(rows) == 1 and not rows[0].select("form")


def test_one_session_is_ended_and_no_other(bruno, elsewhere, client_of, page):
    here, third = client_of(bruno), client_of(bruno)
    [row] = [row for row in rows(page, here) if "Firefox" in row.text]
    form = {field["name"]: field["value"] for field in row.select("input[name=session]")}
    here.post("/profile/sessions/end/", form)
    assert elsewhere.get("/profile/").status_code == 302
    assert (here.get("/profile/").status_code, third.get("/profile/").status_code) == (200, 200)


def test_all_other_sessions_are_ended_at_once(bruno, elsewhere, client_of, page):
    here = client_of(bruno)
    here.post("/profile/sessions/end-others/")
    assert elsewhere.get("/profile/").status_code == 302
    assert len(rows(page, here)) == 1


def test_nobody_ends_the_session_of_somebody_else(bruno, eve, elsewhere, client_of):
    [session] = Session.objects.filter(user=bruno)
    client_of(eve).post("/profile/sessions/end/", {"session": session.pk})
    client_of(eve).post("/profile/sessions/end-others/")
    assert elsewhere.get("/profile/").status_code == 200


@pytest.mark.parametrize("session", ["", "nonsense", "9" * 500])
def test_an_unknown_session_is_not_ended(bruno, client_of, session):
    client = client_of(bruno)
    assert client.post("/profile/sessions/end/", {"session": session}).status_code == 302
    assert client.get("/profile/").status_code == 200


def test_every_way_to_end_a_session_reaches_its_sockets(bruno, elsewhere, client_of, rechecked):
    here = client_of(bruno)
    assert rechecked(lambda: here.post("/profile/sessions/end-others/")) == [bruno.pk]
    assert rechecked(lambda: here.post("/accounts/logout/")) == [bruno.pk]
    assert rechecked(client_of(bruno).session.delete) == [bruno.pk]
    assert rechecked(client_of(bruno).session.flush) == [bruno.pk]
    assert rechecked(client_of(bruno).session.cycle_key) == [bruno.pk]
    assert rechecked(elsewhere.session.delete) == []


def test_the_stored_key_opens_no_session(bruno, elsewhere):
    key = elsewhere.cookies["sessionid"].value
    [stored] = Session.objects.filter(user=bruno).values_list("pk", flat=True)
    assert key not in str(Session.objects.values().get(user=bruno))
    thief = Client()
    thief.cookies["sessionid"] = stored
    assert thief.get("/profile/").status_code == 302


def at_the_door(*clients):
    """Return what `visitors_of` returns for sockets of these clients."""
    keys = [client.cookies["sessionid"].value for client in clients]
    return visitors_of([{"headers": [(b"cookie", f"sessionid={key}".encode())]} for key in keys])


def test_a_socket_is_identified_by_the_stored_key(bruno, elsewhere):
    assert at_the_door(elsewhere) == [(bruno, Session.objects.get(user=bruno).pk)]


def test_many_sockets_are_authenticated_by_one_query(
    ana, bruno, client_of, django_assert_num_queries
):
    nobody = {"headers": [(b"cookie", b"sessionid=forged0forged0forged0")]}, {"headers": []}
    clients = [client_of(user) for user in (ana, bruno, ana)]
    with django_assert_num_queries(1):
        assert [user for user, _key in at_the_door(*clients)] == [ana, bruno, ana]
    assert visitors_of(nobody) == [(None, None), (None, None)]


@pytest.mark.parametrize(
    "change",
    [
        lambda bruno, settings: bruno.set_password("another one"),
        lambda bruno, settings: setattr(bruno, "is_active", False),
        lambda bruno, settings: setattr(settings, "SECRET_KEY", "another"),
        lambda bruno, settings: setattr(settings, "AUTHENTICATION_BACKENDS", []),
        lambda bruno, settings: Session.objects.filter(user=bruno).update(expire_date=PAST),
        lambda bruno, settings: Session.objects.filter(user=bruno).update(session_data="forged"),
        lambda bruno, settings: None,
    ],
)
def test_a_socket_is_accepted_if_and_only_if_a_page_is(bruno, elsewhere, settings, change):
    change(bruno, settings)
    bruno.save()
    [(user, _key)] = at_the_door(elsewhere)
    page = elsewhere.get("/profile/")
    assert (user == bruno) == (page.status_code == 200), page.status_code


def test_a_socket_is_accepted_with_a_recently_replaced_key(bruno, elsewhere, settings):
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another"
    [(user, _key)] = at_the_door(elsewhere)
    assert user == bruno


def test_a_session_that_somebody_planted_is_not_the_one_after_logging_in(bruno, log_in):
    client = Client()
    client.cookies["sessionid"] = "planted0planted0planted0planted0"
    log_in(client, "bruno")
    assert client.cookies["sessionid"].value != "planted0planted0planted0planted0"


def test_when_somebody_was_last_seen_is_written_rarely(bruno, elsewhere, django_assert_num_queries):
    sessions = Session.objects.filter(user=bruno)
    long_ago = timezone.now() - timedelta(hours=1)
    sessions.update(seen_at=long_ago)
    elsewhere.get("/profile/")
    seen_at = sessions.get().seen_at
    elsewhere.get("/profile/")
    assert sessions.get().seen_at == seen_at > long_ago


@pytest.mark.parametrize(
    ("user_agent", "names"),
    [
        (FIREFOX, ("Firefox", "Linux")),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", ("Edge", "Windows")),
        ("Mozilla/5.0 (Linux; Android 16) Chrome/140.0 Safari/537.36", ("Chrome", "Android")),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0) Version/19 Safari/604", ("Safari", "iOS")),
        ("w3m/0.5.3", ("w3m", "")),
        ("<script>", ("", "")),
    ],
)
def test_browsers_are_recognised(user_agent, names):
    assert (browser_of(user_agent), system_of(user_agent)) == names
