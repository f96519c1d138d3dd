"""Mentions by @username, @here and @room: their rendering, and who is never notified."""

import re
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from messaging.markdown.rendering import Mark, render_body
from messaging.mentions import parsing
from messaging.message import actions
from messaging.message.rendering import render_message
from messaging.models import Mention
from rooms.actions import join_room
from rooms.models import Membership, Presence
from rooms.moderation.actions import ban_person
from users.models import User


@pytest.fixture
def be_here():
    """Return a function that makes a user present in a room."""

    def open_page(room, user):
        Presence.objects.create(
            room=room,
            user=user,
            connection=f"{room.pk}-{user.pk}",
            expires_at=timezone.now() + timedelta(minutes=1),
        )

    return open_page


def called(message):
    """Return the usernames of the users whom `message` mentions."""
    return sorted(message.mentions.values_list("user__username", flat=True))


def marks(message):
    """Return the highlighted words in the body of `message`."""
    return [
        mark.text for mark in BeautifulSoup(message.body_html, "html.parser").select(".mention")
    ]


def root(message):
    """Return the root element of the pushed fragment."""
    return BeautifulSoup(render_message(message), "html.parser").article


def test_a_name_becomes_a_link_to_the_person(lobby, ana, bruno, say):
    message = say(lobby, ana, "Come, @bruno!")
    link = BeautifulSoup(message.body_html, "html.parser").a
    assert (link["class"], link["href"], link.text) == (["mention"], "/people/bruno/", "@bruno")
    assert (called(message), message.mentioned) == (["bruno"], str(bruno.pk))


def test_the_fragment_says_whom_it_calls_and_draws_without_a_query(
    lobby, ana, bruno, eve, say, django_assert_num_queries
):
    message, plain = say(lobby, ana, "@eve and @bruno"), say(lobby, ana, "nobody")
    with django_assert_num_queries(0):
        assert root(message)["data-mentions"] == f"{bruno.pk} {eve.pk}"
        assert root(plain).get("data-mentions") is None


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ("@bruno", ["@bruno"]),
        ("@Bruno, @BRUNO: hello", ["@Bruno", "@BRUNO"]),
        ("(@bruno) **@bruno** @bruno's", ["@bruno"] * 3),
        ("@bruno. Or @bruno.Thanks", ["@bruno", "@bruno"]),
        ("@bruno--thanks", ["@bruno"]),
        ("> @bruno\n\n- @bruno", ["@bruno"]),
        ("> @bruno said so\n> > @bruno", []),
        ("谢谢@bruno @bruno你好", ["@bruno", "@bruno"]),
        ("＠bruno　@bruno、@room大家", ["＠bruno", "@bruno", "@room"]),
        ("_@bruno_ _x @bruno_ ~~@bruno~~ @bruno… @bruno_", ["@bruno"] * 5),
        ("@bruno/@bruno @nobody/@bruno", ["@bruno", "@bruno"]),
        ("__@bruno__ 🙂@bruno🙂 @bruno's «@bruno» @bruno、@bruno-", ["@bruno"] * 6),
        ("bruno@bruno.com bruno@bruno.com你好 @bruno@example.com 谢谢bruno@bruno.com", []),
        ("ftp://bruno:x@bruno ftp://@bruno x/@bruno", []),
        ("``` @bruno ``` and ```\n@bruno\n``` and @bruno", ["@bruno"]),
        ("```@bruno", ["@bruno"]),
        ("@bruno-san @brunos @nobody", []),
        ("`@bruno`", []),
        ("```\n@bruno\n```", []),
        ("    @bruno", ["@bruno"]),
        (r"\@bruno", []),
        ("write to x@bruno or @@bruno", []),
        ("https://example.com/@bruno https://example.com/?to=@bruno", []),
        ("[@bruno](https://example.com/)", []),
        ("@", []),
    ],
)
def test_names_are_found_where_people_write_them_and_nowhere_else(lobby, ana, say, body, names):
    message = say(lobby, ana, body)
    assert (marks(message), called(message)) == (names, ["bruno"] if names else [])


def test_the_longest_name_that_is_somebodys_is_meant(lobby, ana, bruno, say):
    User.objects.create_user("bruno.2", "bruno2@example.com")
    assert called(say(lobby, ana, "@bruno.2")) == ["bruno.2"]
    assert called(say(lobby, ana, "@bruno.3")) == ["bruno"]


def test_names_of_other_scripts_and_with_accents_typed_apart_are_known(lobby, ana, say):
    User.objects.create_user("josé", "jose@example.com")
    User.objects.create_user("мария", "maria@example.com")
    message = say(lobby, ana, "@jose\u0301 @Мария")
    assert called(message) == ["josé", "мария"]


def test_eve_is_never_called_into_the_den(den, ana, eve, say, be_here):
    be_here(den, eve)
    message = say(den, ana, "@eve @here @room @bruno")
    assert (called(message), marks(message)) == (["bruno"], ["@here", "@room", "@bruno"])
    assert Mention.objects.filter(user=eve).count() == 0


def test_an_outsider_can_be_called_into_an_open_room_unless_banned(lobby, ana, eve, say):
    assert called(say(lobby, ana, "@eve")) == ["eve"]
    ban_person(lobby, eve, ana)
    assert called(say(lobby, ana, "@eve")) == []


def test_a_deactivated_person_is_called_by_nobody(lobby, ana, bruno, say):
    User.objects.filter(pk=bruno.pk).update(is_active=False)
    assert called(say(lobby, ana, "@bruno @room")) == []


def test_nobody_calls_themselves(lobby, ana, say):
    message = say(lobby, ana, "@ana @room")
    assert (called(message), message.mentioned) == (["bruno"], "room")


def test_here_calls_who_is_present(lobby, ana, eve, say, be_here):
    be_here(lobby, eve)
    message = say(lobby, ana, "@here?")
    assert (called(message), message.mentioned) == (["eve"], str(eve.pk))


def test_room_calls_everybody_in_it(lobby, bruno, eve, say):
    message = say(lobby, bruno, "@room!")
    assert (called(message), message.mentioned) == (["ana"], "room")


@pytest.fixture
def crowded(lobby):
    for number in range(parsing.MOST_PEOPLE):
        join_room(lobby, User.objects.create_user(f"guest{number}", f"guest{number}@example.com"))
    return lobby


def test_in_a_crowd_only_those_who_moderate_call_everybody(crowded, ana, bruno, say):
    message = say(crowded, bruno, "@room @ana")
    assert (called(message), marks(message)) == (["ana"], ["@ana"])
    assert len(called(say(crowded, ana, "@room"))) == parsing.MOST_PEOPLE + 1
    crowded.memberships.filter(user=bruno).update(role=Membership.Role.MODERATOR)
    assert len(called(say(crowded, bruno, "@room"))) == parsing.MOST_PEOPLE + 1


def test_a_word_that_only_begins_like_a_group_calls_nobody(lobby, ana, say):
    assert marks(say(lobby, ana, "@room-mates @here.ish @rooms")) == []


def test_an_edit_calls_who_is_new_and_leaves_who_was_called(lobby, ana, bruno, eve, say):
    message = say(lobby, ana, "@bruno")
    first = message.mentions.get()
    message = actions.edit_message(message, "@bruno and @eve")
    assert (called(message), message.mentions.get(user=bruno)) == (["bruno", "eve"], first)
    message = actions.edit_message(message, "@eve")
    assert (called(message), message.mentioned) == (["eve"], str(eve.pk))


def test_an_edit_does_not_forget_who_was_here(lobby, ana, eve, say, be_here):
    be_here(lobby, eve)
    message = say(lobby, ana, "@here, look")
    Presence.objects.all().delete()
    assert called(actions.edit_message(message, "@here, look!")) == ["eve"]


def test_a_deleted_message_calls_nobody(lobby, ana, say):
    message = actions.delete_message(say(lobby, ana, "@bruno"))
    assert (called(message), message.mentioned) == ([], "")
    assert root(message).get("data-mentions") is None


def test_a_message_that_is_sent_twice_calls_once(lobby, ana, bruno):
    for _ in range(2):
        actions.post_message(lobby, ana, "@bruno @bruno", "same")
    assert Mention.objects.count() == 1


def tables_read(act):
    """Return the tables that `act` uses, other than those of a room and its messages."""
    with CaptureQueriesContext(connection) as queries:
        act()
    names = {name for query in queries for name in re.findall(r'"(\w+_\w+)"', query["sql"])}
    return names & {"users_user", "rooms_presence", "rooms_membership", "messaging_mention"}


def test_posting_looks_for_nobody_where_nobody_is_called(lobby, ana, bruno, say):
    say(lobby, ana, "Preferences are read now")
    assert tables_read(lambda: say(lobby, ana, "Nobody in particular")) == set()
    assert "messaging_mention" in tables_read(lambda: say(lobby, ana, "@bruno"))


def test_posting_costs_the_same_for_one_name_and_for_many(lobby, ana, bruno, eve, say):
    counts = []
    for body in ("@bruno", "@bruno", "@bruno @eve @nobody @ana " * 100):
        with CaptureQueriesContext(connection) as queries:
            say(lobby, ana, body)
        counts.append(len(queries))
    assert counts[1] == counts[2]


@pytest.mark.parametrize(
    "name", ['"onclick=x', "<script>", "x' y", "javascript:alert(1)", "&lt;b&gt;", "a<b"]
)
def test_a_hostile_name_stays_text(name):
    """Such names are rejected, but if one existed, it would be escaped."""
    html = render_body("@someone", lambda words: {"someone": Mark("someone", name, f"/p/{name}/")})
    (link,) = BeautifulSoup(html, "html.parser").find_all(True, recursive=True)[1:]
    assert set(link.attrs) == {"class", "data-mention", "dir", "href", "rel"}
    assert (link["data-mention"], link.text) == (name, "@someone")


@pytest.mark.parametrize(
    "body",
    [
        '<a class="mention" data-mention="7">@x</a>',
        '<span class="mention" data-mention="room">@room</span>',
        '[x](https://example.com "data-mention=7")',
        '@bruno"onmouseover="x',
        "@bruno<img src=x onerror=x>",
    ],
)
def test_markup_around_a_name_stays_text(lobby, ana, say, body):
    message = say(lobby, ana, body)
    tags = BeautifulSoup(message.body_html, "html.parser").find_all(True)
    assert {tag.name for tag in tags} <= {"p", "a", "span"}
    assert {name for tag in tags for name in tag.attrs} <= {
        *("class", "data-mention", "dir", "href", "rel")
    }
    assert [tag["data-mention"] for tag in tags if tag.get("data-mention") == "7"] == []


def test_only_so_many_names_are_looked_at(lobby, ana, say):
    message = say(lobby, ana, " ".join(f"@x{n}.y-z" for n in range(800)) + " @bruno")
    assert called(message) == []
