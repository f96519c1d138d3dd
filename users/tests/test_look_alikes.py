"""Usernames cannot look alike; similar display names show the username too."""

import pytest
from django.contrib.admin.sites import site
from django.core.management import CommandError, call_command
from django.db import IntegrityError
from django.forms import ValidationError

from users import actions
from users.admin import PersonForm
from users.forms import ProfileForm, SetupForm, UsernameField
from users.models import NameSkeleton, User

TAKEN = {
    "alice": ["ALlCE", "aIice", "a1ice", "аlісе", "αlice", "ɑlice"],
    "ace": ["асе", "АСЕ", "аСе"],
    "pop": ["рор", "РОР", "ροp"],
    "oscar": ["0scar", "оscar", "OSCAR", "0SCAR"],
    "marta": ["rnarta", "ⅿarta"],
    "ana": ["аna", "αna", "ɑna", "ΑΝΑ"],
    "ΝΙΚΗ": ["NIKH", "nikh"],
    "сор": ["cop", "COP"],
}


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "alike"), [(n, a) for n, many in TAKEN.items() for a in many])
def test_a_username_that_looks_like_anothers_is_refused(name, alike):
    User.objects.create_user(name, "first@example.com")
    with pytest.raises(ValidationError):
        UsernameField().clean(alike)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ana", "anna"),
        ("ana", "ána"),
        ("ana1", "ana2"),
        ("neil", "nell"),
        ("ian", "lan"),
        ("ali", "all-ya"),
        ("ana", "ана"),
        ("martha", "marta"),
        ("jose", "josé"),
        ("さくら", "サクラ"),
    ],
)
def test_ordinary_names_that_differ_do_not_conflict(one, other):
    User.objects.create_user(one, "one@example.com")
    assert UsernameField().clean(other) == other


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name",
    ["Ольга", "Νίκος", "田中さくら", "tanaka田中タナカ", "김민준kim", "ㄅㄆ李li", "محمد"],
)
def test_one_script_and_the_usual_combinations_are_usernames(name):
    assert UsernameField().clean(name) == name


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("brunо", "letters of one alphabet"),
        ("борис-l", "letters of one alphabet"),
        ("김さくら", "letters of one alphabet"),
        ("李ㄅさ", "letters of one alphabet"),
        ("ana٣", "letters of one alphabet"),
        ("محمد1٣", "one kind of digits"),
    ],
)
def test_scripts_and_digits_that_nobody_mixes_are_refused(name, sentence):
    with pytest.raises(ValidationError, match=sentence):
        UsernameField().clean(name)


RESERVED = ["admin", "аdmin", "ADMlN", "adm1n", "rnoderator", "ad.min", "r00t", "Suporte", "ayuda"]


@pytest.mark.parametrize("name", RESERVED)
def test_names_like_admin_are_for_administrators_only(client, ana, account, errors, name):
    response = client.post("/accounts/signup/", account("x1") | {"username": name})
    assert (response.status_code, list(errors(response))) == (422, ["username"])


@pytest.mark.parametrize("name", ["аll", "hеrе", "everybоdy", "tertuIia", "a-l-l"])
def test_names_like_everyone_are_nobodys(client, ana, account, errors, name):
    response = client.post("/accounts/signup/", account("x1") | {"username": name})
    assert (response.status_code, list(errors(response))) == (422, ["username"])


@pytest.mark.django_db
def test_the_first_administrator_may_have_such_a_name(client, account):
    filled = account("admin") | {"workspace": "Casa", "signup": "invite"}
    assert client.post("/setup/", filled).status_code == 302
    assert User.objects.get().username == "admin"


def test_an_administrator_alone_keeps_such_a_display_name(ana, bruno):
    data = {"display_name": "Аdmin"}
    assert "display_name" not in ProfileForm(data, instance=ana).errors
    assert "display_name" in ProfileForm(data, instance=bruno).errors


def test_the_admin_site_accepts_no_look_alike(ana, bruno):
    data = {"username": "аnа", "email": "b@example.com", "display_name": "Suppоrt"}
    form = PersonForm(data, instance=bruno)
    assert site.is_registered(User)
    assert set(form.errors) >= {"username", "display_name"}


def test_the_first_run_refuses_mixed_scripts(db, account):
    form = SetupForm(account("brunо") | {"workspace": "Casa", "signup": "open"})
    assert "username" in form.errors


def test_an_invitation_accepts_no_look_alike(client, invite, account, errors):
    response = client.post(invite(), account("x1") | {"username": "АNА"})
    assert (response.status_code, list(errors(response))) == (422, ["username"])


def test_the_database_refuses_usernames_that_look_alike(ana):
    with pytest.raises(IntegrityError):
        User.objects.create_user("АNА", "eve@example.com")


@pytest.mark.parametrize("username", ["АNА", "аna", "ana"])
def test_the_command_makes_no_look_alike_either(ana, monkeypatch, username):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "correct horse")
    with pytest.raises(CommandError):
        call_command("createsuperuser", interactive=False, username=username, email="a@a.org")
    assert User.objects.get() == ana


@pytest.fixture
def impostor(ana, eve):
    """Return Eve, whose display name looks like Ana's."""
    ana.display_name = "Ana"
    ana.save(update_fields=["display_name"])
    actions.save_profile(eve, display_name="Anа")
    return eve


def shown(person):
    return User.objects.get(pk=person.pk).name.replace("\u2068", "").replace("\u2069", "")


def test_display_names_that_look_alike_show_the_usernames_of_both(ana, impostor):
    assert (shown(ana), shown(impostor)) == ("Ana (@ana)", "Anа (@eve)")


def test_a_display_name_that_looks_like_a_username_shows_its_own(ana, eve):
    eve.display_name = "Аnа"
    eve.save()
    assert (shown(ana), shown(eve)) == ("ana", "Аnа (@eve)")


def test_a_later_username_marks_the_display_name_it_looks_like(ana, bruno):
    bruno.display_name = "Ольга"
    bruno.save()
    assert shown(bruno) == "Ольга"
    User.objects.create_user("Oльгa", "eve@example.com")
    assert shown(bruno) == "Ольга (@bruno)"


@pytest.mark.parametrize("name", ["", "Eva"])
def test_the_usernames_disappear_when_one_name_changes(ana, impostor, name):
    actions.save_profile(impostor, display_name=name)
    assert (shown(ana), shown(impostor)) == ("Ana", name or "eve")


def test_saving_what_was_read_before_takes_no_username_away(ana, eve):
    stale = User.objects.get(pk=ana.pk)
    stale.display_name = "Ana"
    stale.save()
    eve.display_name = "Anа"
    eve.save()
    stale.save()
    assert shown(ana) == "Ana (@ana)"


def test_the_names_of_one_person_are_stored_once(ana):
    before = set(NameSkeleton.objects.values_list("pk"))
    ana.save()
    assert set(NameSkeleton.objects.values_list("pk")) == before
