"""What others do with an account is logged, and its owner is notified."""

import pytest

from rooms.actions import create_room
from rooms.models import Room
from users import actions
from users.links import actions as link_actions
from users.models import AuditEntry, User

NEWS = "/profile/log/"


def entries(act):
    return list(
        AuditEntry.objects.filter(act=act).values_list("actor__username", "person__username")
    )


@pytest.fixture
def confirmed(bruno, mail_server):
    bruno.emailaddress_set.create(email=bruno.email, verified=True, primary=True)
    return mail_server


def test_a_login_link_is_in_the_log_when_it_is_made_and_when_it_is_used(client, ana, bruno):
    _link, token = link_actions.issue_login_link(ana, bruno)
    assert entries("login_link_made") == [("ana", "bruno")] and not entries("login_link_used")
    client.get(f"/enter/{token}/")
    assert not entries("login_link_used")
    client.post(f"/enter/{token}/")
    assert entries("login_link_used") == [("ana", "bruno")]


@pytest.mark.parametrize("who", ["ana", "bruno"])
def test_who_is_added_to_a_closed_room_by_the_admin_site_is_in_the_log(
    who, ana, bruno, eve, client_of
):
    vault = create_room(eve, "Vault", kind=Room.Kind.CLOSED)
    person = User.objects.get(username=who)
    fields = {"room": vault.pk, "user": person.pk, "role": "member"}
    client_of(ana).post("/admin/rooms/membership/add/", fields)
    assert entries("member_added") == [("ana", who)]
    assert AuditEntry.objects.of_room(vault).count() == 1


@pytest.mark.parametrize(
    ("field", "value", "act"),
    [
        ("email", "new@example.com", "email_changed"),
        ("username", "brunello", "name_changed"),
        ("display_name", "Bruno B.", "name_changed"),
    ],
)
def test_what_the_admin_site_corrects_is_in_the_log(field, value, act, ana, bruno, client_of):
    fields = {"username": "bruno", "display_name": "", "email": bruno.email} | {field: value}
    client_of(ana).post(f"/admin/users/user/{bruno.pk}/change/", fields)
    entry = AuditEntry.objects.get(act=act)
    assert (entry.actor, entry.person_id) == (ana, bruno.pk)
    assert AuditEntry.objects.count() == 1


def test_every_page_shows_the_news_until_the_person_has_seen_it(ana, bruno, client_of, page):
    here, elsewhere = client_of(bruno), client_of(bruno)
    assert not page(here.get("/profile/")).select("#account-news")
    actions.reset_second_factor(bruno, by=ana)
    here, elsewhere = client_of(bruno), client_of(bruno)
    document = page(here.get("/profile/"))
    assert document.select_one("#account-news a")["href"] == NEWS
    form = page(here.get(NEWS)).select_one("#account-news-seen")
    here.post(form["action"])
    assert not page(here.get("/profile/")).select("#account-news")
    assert page(elsewhere.get("/profile/")).select(
        "#account-news"
    )  # a thief may have seen it in the other session


def test_the_page_lists_what_others_did_and_nothing_else(ana, bruno, eve, client_of, page):
    link_actions.issue_login_link(ana, bruno)
    link_actions.issue_login_link(ana, eve)
    acts = [row["data-act"] for row in page(client_of(bruno).get(NEWS)).select("[data-act]")]
    assert acts == ["login_link_made"]
    assert not page(client_of(ana).get(NEWS)).select("[data-act]")


def test_a_get_request_does_not_mark_it_as_seen(ana, bruno, client_of, page):
    link_actions.issue_login_link(ana, bruno)
    client = client_of(bruno)
    for method in (client.get, client.head, client.get):
        response = method(NEWS, headers={"sec-purpose": "prefetch"})
    assert page(response).select("#account-news")


def test_the_person_is_notified_by_mail_in_their_language(ana, bruno, confirmed):
    bruno.language = "es"
    bruno.save(update_fields=["language"])
    link_actions.issue_login_link(ana, bruno)
    (sent,) = confirmed
    assert sent.to == [bruno.email] and "/profile/log/" in sent.body
    assert "@bruno" in sent.body and "ana" in sent.body


def test_no_mail_goes_to_an_address_that_nobody_has_confirmed(ana, eve, confirmed):
    link_actions.issue_login_link(ana, eve)
    assert confirmed == []


def test_ones_own_actions_are_not_news(ana, client_of, page):
    link_actions.issue_login_link(ana, ana)
    assert not page(client_of(ana).get("/profile/")).select("#account-news")
