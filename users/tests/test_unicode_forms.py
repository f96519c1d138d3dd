"""Names and passwords are the same in every Unicode form."""

import unicodedata

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.hashers import MD5PasswordHasher, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management import call_command

from rooms.actions import create_room
from users.models import User

NAMES = {
    "Élodie": ["élodie", "ÉLODIE", "E\u0301lodie", "e\u0301LODIE", "Ｅ\u0301lodie"],
    "Ольга": ["ольга", "ОЛЬГА"],
    "Straße": ["strasse", "STRASSE", "STRAẞE", "straße"],
    "Ναύτης": ["ναύτησ", "ΝΑΎΤΗΣ", "ναυ\u0301της"],
    "ana": ["ＡＮＡ", "ªna", "a\u200bna"],
}
CASES = [(name, written) for name, many in NAMES.items() for written in [name, *many]]
PASSWORDS = ["contraseña-ångström", "пароль-й-длинный", "ﬁne-Ⅷ-ｗｉｄｅ-ñ"]
FORMS = ["NFC", "NFD", "NFKC", "NFKD"]


@pytest.fixture
def person(workspace):
    """Return a function that creates a user with this username."""

    def made(username, password="correct horse"):
        if username == "ana":
            return User.objects.get()
        return User.objects.create_user(username, "person@example.com", password)

    return made


@pytest.mark.parametrize(("name", "written"), CASES)
def test_what_sign_up_calls_the_same_name_logs_in(client, person, log_in, name, written):
    user = person(name)
    log_in(client, written)
    assert client.session["_auth_user_id"] == str(user.pk)


@pytest.mark.parametrize(("name", "written"), CASES)
def test_it_is_found_shown_and_invited_alike(ana, person, client_of, page, name, written):
    user = person(name)
    client = client_of(ana)
    assert user in User.objects.searched(written)
    assert page(client.get("/people/", {"q": written})).select_one(f"#person-{user.pk}")
    assert client.get(f"/people/{written}/").status_code == 200
    assert f"/admin/users/user/{user.pk}/" in client.get("/admin/users/user/", {"q": written}).text
    if user != ana:
        room = create_room(ana, "Den", kind="closed")
        client.post(f"/rooms/{room.slug}/people/", {"username": written})
        assert room.membership_of(user)


def test_a_display_name_is_found_in_any_form(ana, bruno):
    bruno.display_name = "Élodie Straße"
    bruno.save()
    for words in ["ÉLODIE", "e\u0301lodie strasse", "STRASSE"]:
        assert list(User.objects.searched(words)) == [bruno]


def test_all_ways_to_write_a_name_count_for_one_limit(client, bruno, log_in):
    ways = ["bruno", "BRUNO", "ｂruno", "bｒuno", "brｕno", "bruｎo", "brunｏ", "ＢＲＵＮＯ"]
    codes = [log_in(client, way, "wrong").status_code for way in ways]
    assert codes[0] == 200 or codes[0] == 422
    assert 429 in codes


@pytest.mark.parametrize("password", PASSWORDS)
@pytest.mark.parametrize("form", FORMS)
def test_a_password_opens_in_every_unicode_form(client, person, log_in, password, form):
    user = person("clara", password)
    log_in(client, "clara", unicodedata.normalize(form, password))
    assert client.session["_auth_user_id"] == str(user.pk)


@pytest.mark.parametrize("form", FORMS)
def test_a_password_set_on_any_page_opens_in_every_form(client, ana, account, log_in, form):
    password = unicodedata.normalize(form, PASSWORDS[0])
    client.post("/accounts/signup/", account("clara", password1=password, password2=password))
    assert User.objects.get(username="clara").check_password(PASSWORDS[0])
    changed = unicodedata.normalize(form, PASSWORDS[1])
    fields = {"oldpassword": PASSWORDS[0], "password1": changed, "password2": changed}
    client.post("/accounts/password/change/", fields)
    assert User.objects.get(username="clara").check_password(PASSWORDS[1])


@pytest.mark.parametrize("form", FORMS)
def test_the_first_run_takes_any_form_too(client, db, account, form):
    password = unicodedata.normalize(form, PASSWORDS[0])
    filled = account("ana", password1=password, password2=password)
    client.post("/setup/", filled | {"workspace": "Casa", "signup": "open"})
    assert authenticate(None, username="ana", password=PASSWORDS[0])


def test_the_command_takes_any_form_too(db, monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", unicodedata.normalize("NFD", PASSWORDS[0]))
    call_command("createsuperuser", interactive=False, username="ana", email="a@example.com")
    assert authenticate(None, username="ana", password=PASSWORDS[0])


def test_a_hash_from_before_is_accepted_and_renewed(client, bruno, log_in):
    old = unicodedata.normalize("NFD", PASSWORDS[0])
    User.objects.filter(pk=bruno.pk).update(password=make_password(old))
    log_in(client, "bruno", PASSWORDS[0])
    assert "_auth_user_id" not in client.session
    log_in(client, "bruno", old)
    assert client.session["_auth_user_id"] == str(bruno.pk)
    client.logout()
    log_in(client, "bruno", PASSWORDS[0])
    assert client.session["_auth_user_id"] == str(bruno.pk)


def test_a_hash_renewed_by_asking_again_keeps_one_logged_in(client_of, bruno):
    old = unicodedata.normalize("NFD", PASSWORDS[0])
    User.objects.filter(pk=bruno.pk).update(password=make_password(old))
    client = client_of(User.objects.get(pk=bruno.pk))
    assert client.post("/accounts/reauthenticate/", {"password": old}).status_code == 302
    assert client.get("/profile/").status_code == 200
    assert User.objects.get(pk=bruno.pk).check_password(PASSWORDS[0])


@pytest.mark.parametrize("password", ["ｐａｓｓｗｏｒｄ", "e\u0301" * 5, "ｃｌａｒａ１２"])
def test_an_easy_password_is_refused_in_every_form(password):
    with pytest.raises(ValidationError):
        validate_password(password, User(username="clara12", email="clara@example.com"))


@pytest.mark.parametrize("password", ["wrong", unicodedata.normalize("NFD", PASSWORDS[0])])
def test_an_unknown_name_takes_as_many_hashes_as_a_known_one(bruno, monkeypatch, password):
    encode, count = MD5PasswordHasher.encode, []
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda *a: count.append(1) or encode(*a))

    def hashes(username):
        count.clear()
        authenticate(None, username=username, password=password)
        return len(count)

    assert hashes("bruno") == hashes("nobody")
