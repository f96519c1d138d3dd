"""Sign-up: open, by invitation, and with names that look like another's."""

import pytest
from django.db import IntegrityError

from rooms.actions import create_room
from rooms.models import Membership
from users.links import actions as link_actions
from users.login.forms import SignupForm
from users.models import Invitation, User


def test_somebody_new_is_signed_in_and_in_the_rooms_for_newcomers(client, ana, account):
    lobby = create_room(ana, "Lobby")
    lobby.joins_newcomers = True
    lobby.save()
    create_room(ana, "Elsewhere")
    response = client.post("/accounts/signup/", account("clara"))
    clara = User.objects.get(username="clara")
    assert (response.status_code, response.headers["Location"]) == (302, "/rooms/lobby/")
    assert client.session["_auth_user_id"] == str(clara.pk)
    assert [m.room for m in Membership.objects.filter(user=clara)] == [lobby]
    assert not clara.is_administrator


def test_extra_fields_are_ignored(client, ana, account):
    client.post("/accounts/signup/", account("clara", is_administrator="1", is_staff="1"))
    assert not User.objects.get(username="clara").is_administrator


@pytest.mark.parametrize(
    "username", ["Ana", "ＡＮＡ", "ªna", "ana\u0000", "a", "two words", "a\u200bna"]
)
def test_a_username_that_reads_like_anothers_or_cannot_be_seen_is_refused(
    client, ana, account, errors, username
):
    response = client.post("/accounts/signup/", account("x1") | {"username": username})
    assert response.status_code == 422
    assert list(errors(response)) == ["username"]
    assert list(User.objects.all()) == [ana]


def test_a_username_that_reads_like_a_display_name_is_refused(client, ana, account, errors):
    ana.display_name = "Àngela"
    ana.save()
    response = client.post("/accounts/signup/", account("àngela", email="a@example.com"))
    assert list(errors(response)) == ["username"]


def test_an_address_of_somebody_else_is_refused_whatever_its_case(client, ana, account, errors):
    response = client.post("/accounts/signup/", account("clara", email="ANA@Example.COM"))
    assert (response.status_code, list(errors(response))) == (422, ["email"])


def test_losing_a_race_for_a_name_shows_the_form_again(client, ana, account, errors, monkeypatch):
    def slower(form, request):
        User.objects.create_user("clara", "other@example.com")
        raise IntegrityError

    monkeypatch.setattr(SignupForm, "save", slower)
    response = client.post("/accounts/signup/", account("clara"))
    assert (response.status_code, list(errors(response))) == (422, ["username"])


def test_an_account_is_made_whole_or_not_at_all(client, ana, account, monkeypatch):
    def fails(user):
        raise IntegrityError

    monkeypatch.setattr("tertulia.accounts.adapters.join_newcomer_rooms", fails)
    with pytest.raises(IntegrityError):
        client.post("/accounts/signup/", account("clara"))
    assert list(User.objects.all()) == [ana]


def test_by_invitation_only_nobody_signs_up_uninvited(client, by_invitation, account, page):
    for response in [
        client.get("/accounts/signup/"),
        client.post("/accounts/signup/", account("eve")),
        client.get("/accounts/signup/?next=/invitations/"),
    ]:
        assert response.status_code == 403
        assert page(response).select_one("h1").text == "By invitation only"
    assert not User.objects.filter(username="eve").exists()


def test_the_login_page_offers_sign_up_only_if_it_is_open(client, workspace, page):
    assert page(client.get("/accounts/login/")).select("a[href='/accounts/signup/']")
    workspace.signup = "invite"
    workspace.save()
    assert not page(client.get("/accounts/login/")).select("a[href='/accounts/signup/']")


def test_an_invitation_leads_to_sign_up(client, by_invitation, invite, account, page):
    address = invite(uses=2)
    form = page(client.get(address)).select_one(f"form[method=post][action='{address}']")
    assert {field["name"] for field in form.select("input:not([type=hidden])")} == {
        "display_name",
        *account(),
    }
    client.post(address, account("clara"))
    assert client.session["_auth_user_id"] == str(User.objects.get(username="clara").pk)
    assert Invitation.objects.get().uses_left == 1


def test_an_invited_person_is_in_the_rooms_for_newcomers_too(client, ana, invite, account):
    lobby = create_room(ana, "Lobby")
    lobby.joins_newcomers = True
    lobby.save()
    client.post(invite(), account("clara"))
    assert lobby.membership_of(User.objects.get(username="clara"))


def test_opening_an_invitation_does_not_use_it(client, by_invitation, invite, account):
    address = invite(uses=1)
    client.get(address)
    client.head(address)
    client.post(address, account("clara", password2="something else"))
    assert Invitation.objects.get().uses_left == 1


@pytest.mark.parametrize("fate", ["used", "expired", "revoked", "unknown"])
def test_an_invitation_that_has_ended_lets_nobody_in(
    client, by_invitation, invite, account, page, fate
):
    address = invite(uses=1, days=1)
    invitations = Invitation.objects.all()
    if fate == "used":
        link_actions.use_link(invitations.get())
    if fate == "expired":
        invitations.update(expires_at="2020-01-01T00:00Z")
    if fate == "revoked":
        link_actions.revoke_invitation(invitations.get())
    if fate == "unknown":
        address = "/invitations/" + "A" * 32 + "/"
    for response in [client.get(address), client.post(address, account("eve"))]:
        assert response.status_code == 410
        assert page(response).select_one("h1").text == "This link does not work"
    assert not User.objects.filter(username="eve").exists()


def test_a_race_for_the_last_use_ends_with_one(client, by_invitation, invite, account, monkeypatch):
    address = invite(uses=1)
    clean = SignupForm.clean

    def overtaken(form):
        link_actions.use_link(Invitation.objects.get())
        return clean(form)

    monkeypatch.setattr(SignupForm, "clean", overtaken)
    assert client.post(address, account("eve")).status_code == 410
    assert not User.objects.filter(username="eve").exists()
    assert Invitation.objects.get().uses_left == 0


def test_a_link_is_used_no_more_often_than_it_may(invite):
    invite(uses=1)
    seen_by_two = [Invitation.objects.get(), Invitation.objects.get()]
    link_actions.use_link(seen_by_two[0])
    with pytest.raises(link_actions.LinkSpent):
        link_actions.use_link(seen_by_two[1])


def test_an_invitation_without_limits_is_not_used_up(invite):
    invite()
    link_actions.use_link(Invitation.objects.get())
    link_actions.use_link(Invitation.objects.get())
    assert Invitation.objects.usable().get().uses_left is None


def test_only_the_hash_of_an_invitation_is_stored(invite):
    token = invite().split("/")[2]
    stored = [str(value) for value in Invitation.objects.values().get().values()]
    assert len(token) >= 32 and not any(token in value for value in stored)


def test_an_invitation_says_who_is_logged_in_and_offers_to_log_out(bruno, client_of, invite, page):
    bruno.display_name = "Bruno B."
    bruno.save()
    address, client = invite(uses=1), client_of(bruno)
    for response in [client.get(address), client.post(address, {"username": "clara"})]:
        assert response.status_code == 200
        assert "Bruno B." in page(response).select_one("main").text
    form = page(response).select_one("main form[method=post]")
    fields = {field["name"]: field["value"] for field in form.select("input")}
    response = client.post(form["action"], fields)
    assert (response.status_code, response.headers["Location"]) == (302, address)
    assert page(client.get(address)).select_one("form [name=username]")
    assert Invitation.objects.get().uses_left == 1


def test_an_expired_invitation_says_so_to_a_logged_in_person(bruno, client_of):
    assert client_of(bruno).get("/invitations/" + "A" * 32 + "/").status_code == 410


def test_sign_up_survives_a_mail_server_that_does_not_answer(
    client, ana, account, mail_server, monkeypatch, page
):
    def refuse(*arguments, **options):
        raise ConnectionRefusedError

    monkeypatch.setattr("django.core.mail.message.EmailMessage.send", refuse)
    response = client.post("/accounts/signup/", account("clara"), follow=True)
    assert response.redirect_chain[0] == ("/accounts/confirm-email/", 302)
    assert User.objects.filter(username="clara").exists()
    [alert] = page(response).select(".alert")
    assert alert.text.startswith("The e-mail could not be sent")


def test_somebody_new_gives_their_name(client, ana, account):
    client.post("/accounts/signup/", account("clara", display_name="  Clara  Ruiz "))
    assert User.objects.get(username="clara").name == "Clara Ruiz"


@pytest.mark.parametrize("name", ["Ana", "ＡＮＡ", "everyone", "Cl\u200bara", "x" * 61])
def test_a_name_that_cannot_be_used_is_refused_beside_its_field(client, ana, account, errors, name):
    response = client.post("/accounts/signup/", account("clara", display_name=name))
    assert (response.status_code, list(errors(response))) == (422, ["display_name"])
    assert name in response.text
    assert list(User.objects.all()) == [ana]


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/accounts/signup/", "/setup/", "/accounts/password/change/"])
def test_a_new_password_is_described_in_one_line(client, path, request, page):
    if path != "/setup/":
        ana = request.getfixturevalue("ana")
    if path == "/accounts/password/change/":
        client.force_login(ana)
    help_text = page(client.get(path)).select_one("#id_password1_helptext")
    assert help_text.text == "At least 8 characters, and hard to guess."
