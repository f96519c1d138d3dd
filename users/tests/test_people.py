"""What administrators do with people, and the page of a person."""

import pytest

from users import actions, broadcasts
from users.admin import PersonForm
from users.links import actions as link_actions
from users.models import LoginLink, Session, User

ADMINISTRATORS_PAGES = ["/invitations/", "/workspace/"]


def administrators_acts(person):
    names = ["login-link", "make-administrator", "unmake-administrator", "deactivate", "reactivate"]
    return [*(f"/people/{person.pk}/{name}/" for name in names), "/invitations/1/revoke/"]


def test_only_administrators_open_their_pages(ana, eve, client_of):
    for path in ADMINISTRATORS_PAGES:
        assert client_of(ana).get(path).status_code == 200
        assert client_of(eve).get(path).status_code == 403
        assert client_of(eve).post(path).status_code in {403, 405}


def test_only_administrators_act(ana, eve, client_of):
    for path in administrators_acts(ana):
        assert client_of(eve).post(path).status_code == 403
        assert client_of(ana).get(path).status_code == 405
    ana.refresh_from_db()
    assert ana.is_active and ana.is_administrator and not LoginLink.objects.exists()


def test_no_visitor_opens_them(client, ana):
    for path in [*ADMINISTRATORS_PAGES, "/profile/", "/people/ana/", "/profile/password/"]:
        assert client.get(path).headers["Location"] == f"/accounts/login/?next={path}"


def test_the_list_finds_people_by_name_and_address(ana, bruno, eve, client_of, page):
    def found(words):
        answer = page(client_of(ana).get("/people/", {"q": words}))
        return {row["data-person"] for row in answer.select(".list-row")}

    assert found("") == {str(person.pk) for person in (ana, bruno, eve)}
    assert found("RUN") == found("bruno@") == {str(bruno.pk)}
    assert found("nobody") == set()


def test_search_words_are_not_patterns(ana, client_of, page):
    for words in ["%", "x" * 101, "<script>", "' OR 1=1"]:
        response = client_of(ana).get("/people/", {"q": words, "page": "-1"})
        assert response.status_code == 200
        assert not page(response).select("#main script")


def test_the_list_runs_the_same_queries_for_one_as_for_many(
    ana, client_of, django_assert_num_queries
):
    client = client_of(ana)
    client.get("/people/")
    with django_assert_num_queries(6):
        client.get("/people/")
    for number in range(3):
        User.objects.create_user(f"person{number}", f"person{number}@example.com")
    with django_assert_num_queries(6):
        client.get("/people/")


def test_everybody_sees_a_person_but_not_their_address(ana, eve, client_of, page):
    response = client_of(eve).get("/people/ana/")
    assert page(response).select_one("h1 bdi").text == "ana"
    assert ana.email not in response.text
    assert not page(response).select("#person-controls")
    assert client_of(ana).get("/people/nobody/").status_code == 404


def test_a_person_is_shown_in_their_own_time(ana, bruno, client_of, page):
    bruno.time_zone = "Asia/Kolkata"
    bruno.save()
    text = page(client_of(ana).get("/people/bruno/")).select_one(f"#person-{bruno.pk}").text
    assert "(Asia/Kolkata)" in text


def test_administrators_are_made_and_unmade(ana, bruno, client_of):
    client = client_of(ana)
    client.post(f"/people/{bruno.pk}/make-administrator/")
    bruno.refresh_from_db()
    assert bruno.is_administrator and bruno.is_staff
    client.post(f"/people/{bruno.pk}/unmake-administrator/")
    bruno.refresh_from_db()
    assert not bruno.is_administrator and not bruno.is_staff


@pytest.mark.parametrize("act", ["unmake-administrator", "deactivate"])
def test_the_last_administrator_stays(ana, bruno, client_of, page, act):
    response = client_of(ana).post(f"/people/{ana.pk}/{act}/", follow=True)
    assert "last administrator" in page(response).select_one(".alert-error").text
    ana.refresh_from_db()
    assert ana.is_active and ana.is_administrator


def test_a_deactivated_administrator_does_not_count(ana, bruno):
    actions.make_administrator(bruno)
    actions.deactivate(bruno)
    with pytest.raises(actions.LastAdministrator):
        actions.unmake_administrator(ana)


def test_deactivation_ends_everything_at_once(
    ana, bruno, client_of, monkeypatch, django_capture_on_commit_callbacks
):
    published = []
    monkeypatch.setattr(broadcasts, "publish", lambda group, event: published.append(event))
    theirs = client_of(bruno)
    _link, token = link_actions.issue_login_link(ana, bruno)
    with django_capture_on_commit_callbacks(execute=True):
        client_of(ana).post(f"/people/{bruno.pk}/deactivate/")
    assert published == [{"type": "access.changed", "user": bruno.pk}]
    assert theirs.get("/profile/").status_code == 302
    assert Session.objects.count() == 1
    assert theirs.post(f"/enter/{token}/").status_code == 410


def test_reactivation_brings_no_old_session_back(ana, bruno, client_of):
    theirs = client_of(bruno)
    actions.deactivate(bruno)
    actions.reactivate(bruno)
    assert theirs.get("/profile/").headers["Location"] == "/accounts/login/?next=/profile/"
    bruno.refresh_from_db()
    assert bruno.is_active


def test_a_name_shows_as_text_everywhere(ana, bruno, client_of, page):
    User.objects.filter(pk=bruno.pk).update(display_name="<img src=x onerror=1>{{ x }}")
    client = client_of(ana)
    client.post(f"/people/{bruno.pk}/make-administrator/")
    for path in ["/people/", "/people/bruno/"]:
        answer = page(client.get(path))
        assert "<img src=x onerror=1>{{ x }}" in answer.select_one("#main").text
        assert not answer.select("#main img")


@pytest.mark.parametrize(("field", "taken"), [("username", "eve"), ("email", "eve@example.com")])
def test_losing_a_race_for_a_name_in_the_admin_shows_an_error(
    field, taken, ana, bruno, eve, client_of, page, monkeypatch
):
    fields = {"username": "bruno", "display_name": "", "email": bruno.email} | {field: taken}
    correct = actions.correct_person

    def late(*args, **changes):
        monkeypatch.undo()
        return correct(*args, **changes)

    monkeypatch.setattr(PersonForm, "validate_constraints", lambda form: None)
    monkeypatch.setattr(PersonForm, "clean_username", lambda form: form.cleaned_data["username"])
    monkeypatch.setattr(actions, "correct_person", late)
    response = client_of(ana).post(f"/admin/users/user/{bruno.pk}/change/", fields)
    assert page(response).select_one(f".field-{field} .errorlist, .errornote + .errorlist")
    bruno.refresh_from_db()
    assert getattr(bruno, field) != taken
