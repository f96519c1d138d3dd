"""The profile: names, password and address."""

import pytest

from users import actions, broadcasts
from users.models import User

PASSWORD = "correct horse"
NEW = "staple battery"


@pytest.fixture
def published(monkeypatch):
    """Return the list of published events, as (group, type)."""
    events = []
    record = lambda group, event: events.append((group, event["type"]))  # noqa: E731
    monkeypatch.setattr(broadcasts, "publish", record)
    return events


def save(client, **changes):
    fields = {"display_name": "", "language": "", "time_zone": ""}
    return client.post("/profile/", fields | changes)


def test_a_profile_is_saved_and_said_so(bruno, client_of, page):
    client = client_of(bruno)
    changes = {"display_name": " Bruno  Ｍ. ", "language": "es", "time_zone": "America/Bogota"}
    assert save(client, **changes).headers["Location"] == "/profile/"
    bruno.refresh_from_db()
    assert (bruno.name, bruno.language, bruno.time_zone) == ("Bruno M.", "es", "America/Bogota")
    assert page(client.get("/profile/")).select_one(".alert-success")


def test_a_new_language_is_read_at_once(bruno, client_of, django_capture_on_commit_callbacks):
    client = client_of(bruno)
    with django_capture_on_commit_callbacks(execute=True):
        save(client, language="es")
    assert client.get("/profile/").headers["Content-Language"] == "es"


@pytest.mark.parametrize("name", ["ANA", "ａｎａ", "Áurea", "a\u034fna", "a\u200dna", "\u202eana"])
def test_a_name_that_reads_like_anothers_is_refused_and_kept(
    ana, bruno, client_of, errors, page, name
):
    ana.display_name = "áurea"
    ana.save()
    response = save(client_of(bruno), display_name=name)
    assert (response.status_code, list(errors(response))) == (422, ["display_name"])
    assert page(response).select_one("[name=display_name]")["value"] == name
    bruno.refresh_from_db()
    assert bruno.display_name == ""


def test_ones_own_name_does_not_conflict(bruno, client_of):
    assert save(client_of(bruno), display_name="BRUNO").status_code == 302
    assert save(client_of(bruno), display_name="Bruno").status_code == 302


def test_emoji_may_be_in_a_name(bruno, client_of):
    save(client_of(bruno), display_name="Bruno ❤️👩‍💻")
    bruno.refresh_from_db()
    assert bruno.display_name == "Bruno ❤️👩‍💻"


def test_the_database_keeps_display_names_apart(ana, bruno):
    from django.db import IntegrityError

    User.objects.filter(pk=ana.pk).update(display_key="same")
    bruno.display_name = "Same"
    with pytest.raises(IntegrityError):
        bruno.save()


def test_one_character_too_many_is_refused_with_the_text_kept(bruno, client_of, errors, page):
    response = save(client_of(bruno), display_name="x" * 61)
    assert list(errors(response)) == ["display_name"]
    assert page(response).select_one("[name=display_name]")["value"] == "x" * 61


def test_fields_outside_the_form_are_not_changed(bruno, client_of):
    save(client_of(bruno), is_administrator="1", username="ana2", email="x@example.com")
    bruno.refresh_from_db()
    assert (bruno.is_administrator, bruno.username) == (False, "bruno")


def test_a_new_password_ends_the_other_sessions_and_what_they_read(
    bruno, client_of, published, django_capture_on_commit_callbacks
):
    here, elsewhere = client_of(bruno), client_of(bruno)
    fields = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    with django_capture_on_commit_callbacks(execute=True):
        here.post("/accounts/password/change/", fields)
    assert (f"user.{bruno.pk}", "access.changed") in published
    assert here.get("/profile/").status_code == 200
    assert elsewhere.get("/profile/").status_code == 302


def test_a_new_password_requires_the_old_one(bruno, client_of, errors):
    fields = {"oldpassword": "wrong horse", "password1": NEW, "password2": NEW}
    response = client_of(bruno).post("/accounts/password/change/", fields)
    assert list(errors(response)) == ["oldpassword"]


def change_email(client, email):
    return client.post("/accounts/email/", {"email": email, "action_add": ""})


def test_without_mail_a_new_address_counts_at_once(bruno, client_of, page, mailoutbox, client):
    mine = client_of(bruno)
    change_email(mine, "Bruno@Elsewhere.example")
    bruno.refresh_from_db()
    assert bruno.email == "bruno@elsewhere.example"
    answer = page(mine.get("/accounts/email/"))
    assert answer.select_one("#email").text == "bruno@elsewhere.example"
    assert answer.select_one(".alert-success").text == "Your e-mail address has been changed."
    assert not answer.select("#pending-email") and mailoutbox == []
    client.post("/accounts/login/", {"login": "bruno@elsewhere.example", "password": PASSWORD})
    assert "_auth_user_id" in client.session


def test_an_address_of_somebody_else_is_refused(ana, bruno, client_of, errors):
    assert list(errors(change_email(client_of(bruno), "ANA@example.com"))) == ["email"]


def test_losing_a_race_for_an_address_shows_an_error(bruno, client_of, errors, monkeypatch):
    """Somebody takes the address between the form's check and the save."""
    change = actions.change_email

    def late(user, email):
        User.objects.create_user("clara", email)
        return change(user, email)

    monkeypatch.setattr(actions, "change_email", late)
    response = change_email(client_of(bruno), "new@example.com")
    assert (response.status_code, list(errors(response))) == (422, ["email"])
    bruno.refresh_from_db()
    assert bruno.email == "bruno@example.com"


def test_with_mail_an_address_counts_after_its_code_is_entered(
    bruno, client_of, mail_server, page, code_in
):
    client = client_of(bruno)
    response = change_email(client, "new@example.com")
    bruno.refresh_from_db()
    assert (bruno.email, mail_server[0].to) == ("bruno@example.com", ["new@example.com"])
    form = page(client.get(response.headers["Location"])).select_one("#main form")
    client.post(form["action"], {"code": code_in(mail_server[0])})
    bruno.refresh_from_db()
    assert bruno.email == "new@example.com"


def test_with_mail_nobody_learns_whose_an_address_is(ana, bruno, client_of, mail_server):
    response = change_email(client_of(bruno), "ana@example.com")
    assert response.headers["Location"] == "/accounts/confirm-email/"
    assert mail_server[0].to == ["ana@example.com"]


def test_an_address_that_became_somebody_elses_is_not_confirmed(
    bruno, client_of, mail_server, code_in, errors
):
    client = client_of(bruno)
    change_email(client, "new@example.com")
    User.objects.create_user("clara", "new@example.com")
    response = client.post("/accounts/confirm-email/", {"code": code_in(mail_server[0])})
    assert (response.status_code, list(errors(response))) == (422, ["code"])
    bruno.refresh_from_db()
    assert bruno.email == "bruno@example.com"
