"""People of a source: placeholders with names that may stand here; accounts only by people.csv."""

import pytest
from allauth.account.models import EmailAddress

from core.text import fold
from tertulia.imports.records import Person
from tertulia.imports.writer.mapping import MappingRefused, read_mapping
from tertulia.imports.writer.names import free_display_name, free_room_name, free_username
from users.models import User

from .records import GENERAL, PEOPLE, bring, room, said

pytestmark = pytest.mark.django_db
_username = User._meta.get_field("username")


def author():
    return room().messages.get().author


def brought(person, by):
    """Import a message of `person` and return the User who wrote it."""
    bring({GENERAL._replace(member_keys=()): [said(1, person.key)]}, by, people=(person,))
    return author()


def test_an_author_is_somebody_who_cannot_log_in(ana):
    user = brought(PEOPLE[0], ana)
    assert (user.username, user.display_name, user.is_imported) == ("marta", "Marta Gil", True)
    assert not (user.is_active or user.has_usable_password() or user.is_administrator)


@pytest.mark.parametrize("email", ["ana@example.com", "ANA@EXAMPLE.COM", "new@example.com", "x"])
def test_an_email_in_a_file_neither_merges_nor_verifies(ana, client_of, page, email):  # 54
    user = brought(Person("U1", "ana", email=email), ana)
    assert (user.username, user.email) == ("ana-2", "")
    assert EmailAddress.objects.filter(user=user).count() == 0
    assert User.objects.get(pk=ana.pk).email == "ana@example.com"


def test_who_signs_up_with_the_address_is_not_the_placeholder(ana):
    user = brought(Person("U1", "marta", email="marta@example.com"), ana)
    new = User.objects.create_user("marta2", "marta@example.com", "x")
    assert new.pk != user.pk and not new.is_imported


@pytest.mark.parametrize(
    "wanted",
    [
        "x" * 300,
        "\u202eabc\u202c",
        "@here",
        "here",
        "channel",
        "аdmin",  # a Cyrillic letter
        "admin",
        "Ａｎａ",  # equal after NFKC
        "аna",
        "a",
        "",
        "   ",
        "..",
        "two words",
        "e\u0301\u0301\u0301\u0301\u0301x",
        "\ud800\0",
        "日本語の名前",
        "<b>",
        "🎉🎉",
        "-_-",
        "ana\nana",
    ],
)
def test_any_name_becomes_one_that_may_stand_here(ana, wanted):
    user = brought(Person("U1", wanted, wanted), ana)
    _username.run_validators(user.username)
    assert fold(user.username) not in ("here", "channel", "admin", "ana", "room")
    assert len(user.display_name) <= 60 and "\u202e" not in user.name


def test_names_that_are_taken_get_a_number(ana):
    assert free_username("ana") == "ana-2"
    assert free_username("Two Words") == "Two.Words"
    assert free_username("", "\u200b", "U77") == "U77"
    assert free_username("x" * 300) == "x" * 30
    assert free_display_name("ana", "U77") == "ana-2"
    assert free_display_name("U77", "u77") == ""


def test_people_of_one_name_are_told_apart(ana):
    people = [Person(f"U{n}", "sam", "Sam") for n in range(4)]
    place = GENERAL._replace(member_keys=tuple(person.key for person in people))
    bring({place: []}, ana, people=people)
    imported = User.objects.filter(is_imported=True).order_by("pk")
    assert [user.username for user in imported] == ["sam", "sam-2", "sam-3", "sam-4"]
    assert len({user.name for user in imported}) == 4


def test_names_of_rooms_are_cleaned(ana, lobby):
    assert free_room_name("#lobby") == "lobby-2"
    assert free_room_name("y" * 300) == "y" * 60
    assert free_room_name("\u202e", "C1") == "C1"


def test_a_bot_is_a_bot_without_owner_or_token(ana):
    user = brought(PEOPLE[2], ana)
    assert (user.is_bot, user.owner, user.tokens.count(), user.is_active) == (True, None, 0, False)


def test_a_placeholder_cannot_log_in_or_ask_for_a_password(ana, client, mailoutbox):
    brought(PEOPLE[0], ana)
    client.post("/accounts/login/", {"login": "marta", "password": ""})
    client.post("/accounts/password/reset/", {"email": "marta@example.com"})
    assert "_auth_user_id" not in client.session
    assert all(User.objects.get(username="marta").email not in mail.to for mail in mailoutbox)


def test_the_page_of_a_placeholder_says_that_it_was_imported(ana, bruno, client_of, page):
    user = brought(PEOPLE[0], ana)
    shown = page(client_of(bruno).get(f"/people/{user.username}/")).main
    assert "imported" in [badge.text.strip() for badge in shown.select(".badge")]
    assert "marta@example.com" not in shown.text


def mapping(text):
    data = text if isinstance(text, bytes) else text.encode()
    return {key: user.username for key, user in read_mapping(data, PEOPLE).items()}


@pytest.mark.parametrize(
    "text",
    [
        "U1,ana",
        "marta,@ANA",
        "@Marta;ana\r\n",
        "MARTA@example.com\tana",
        'who,username here\n"marta", "ana" ,,\n\n',
        "\ufeffU1,ana",
    ],
)
def test_people_csv_is_read_as_people_write_it(ana, text):
    assert mapping(text) == {"U1": "ana"}


@pytest.mark.parametrize(
    "text",
    ["U1", "U1,ana,x", "U9,ana", "U1,nobody", "U1,ana\nmarta,ana", b"\xff\xfe", ",ana", '"a'],
)
def test_what_is_not_clear_in_people_csv_is_said(ana, text):
    with pytest.raises(MappingRefused) as refused:
        mapping(text)
    assert len(refused.value.sentences) == 1


def test_a_name_of_two_people_needs_a_key(ana):
    people = [Person("U1", "sam"), Person("U2", "Sam")]
    with pytest.raises(MappingRefused) as refused:
        read_mapping(b"sam,ana", people)
    assert "write one of the keys U1, U2" in str(refused.value)


def test_nobody_becomes_a_placeholder_of_another_import(ana):
    brought(PEOPLE[0], ana)
    with pytest.raises(MappingRefused):
        mapping("U2,marta")


def test_two_people_there_can_be_one_here(ana):
    assert mapping("U1,ana\nU2,ana") == {"U1": "ana", "U2": "ana"}
