"""What counts as one emoji, whatever is sent, by form and by socket."""

import pytest

from core.threads import in_database
from messaging.models import Reaction
from messaging.reactions.forms import ReactionForm

HOSTILE = {
    "a letter": "a",
    "two": "👍👍",
    "half a flag": "🇪",
    "a joiner alone": "\u200d",
    "a skin tone alone": "🏽",
    "a selector alone": "\ufe0f",
    "ten thousand letters": "a" * 10_000,
    "ten thousand emoji": "👍" * 10_000,
    "NUL": "\0",
    "an emoji and NUL": "👍\0",
    "markup": "<img src=x>",
    "a digit": "1",
    "an emoji and a word": "👍 yes",
    "three halves of flags": "🇪🇸🇪",
    "unassigned": "\U0001fbff",
    "a colon": ":",
    "two colons": "::",
    "nothing": "",
    "space": "  ",
}


@pytest.mark.parametrize("emoji", HOSTILE.values(), ids=HOSTILE)
def test_what_is_no_emoji_is_refused(client_of, said, bruno, emoji, page, kinds):
    response = client_of(bruno).post(f"/messages/{said.pk}/reactions/", {"emoji": emoji})
    assert response.status_code == 422
    assert "Choose one emoji." in page(response).select_one("[role=alert]").text
    assert (kinds(said), Reaction.objects.count()) == ([], 0)


@pytest.mark.parametrize("emoji", HOSTILE.values(), ids=HOSTILE)
def test_so_it_is_in_the_name_of_a_button(press, said, bruno, emoji, stored):
    """A name with NUL is no form at all: TextInputMiddleware."""
    response = press(bruno, f"react:{said.pk}:{emoji}")
    assert response.status_code == (400 if "\0" in emoji else 422)
    assert stored() == []


@pytest.mark.parametrize("emoji", [*HOSTILE.values(), "\ud83d", "👍\ud83d"])
def test_the_form_itself_refuses_them_too(emoji):
    assert ReactionForm({"emoji": emoji}).errors["emoji"] == ["Choose one emoji."]


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("❤", "❤"),
        ("❤️", "❤"),
        ("❤︎", "❤"),
        ("👍🏽", "👍"),
        ("👍️", "👍"),
        (" 👍 ", "👍"),
        (":tada:", "🎉"),
        (":+1:", "👍"),
        (":e-mail:", "📧"),
        ("1️⃣", "1⃣"),
        ("🇪🇸", "🇪🇸"),
        ("👩🏽‍🤝‍👨🏿", "👫"),
        ("🧑🏻‍❤️‍🧑🏾", "💑"),
        ("👩🏿‍🚀", "👩‍🚀"),
        ("🏴󠁧󠁢󠁥󠁮󠁧󠁿", "🏴󠁧󠁢󠁥󠁮󠁧󠁿"),
    ],
)
def test_one_emoji_is_one_kind_however_it_is_written(typed, key):
    form = ReactionForm({"emoji": typed})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["emoji"] == key


def test_a_reaction_is_drawn_with_what_makes_it_a_picture(press, said, bruno, client_of, page):
    press(bruno, f"react:{said.pk}:❤")
    room = page(client_of(bruno).get(said.room.get_absolute_url()))
    button = room.select_one(f"#message-{said.pk} .reactions .by-me")
    assert (button["name"], button["value"]) == (f"unreact:{said.pk}:❤", "❤️ 1")


def test_an_unknown_code_is_refused_with_those_that_are_near(press, said, bruno, page, stored):
    response = press(bruno, f"react:{said.pk}::trophie:")
    soup = page(response)
    found = [button["name"] for button in soup.select(f"#found-{said.pk} input[type=submit]")]
    assert response.status_code == 422
    assert "No emoji has this name" in soup.select_one("[role=alert]").text
    assert f"react:{said.pk}:🏆" in found
    assert stored() == []


@pytest.mark.parametrize("name", ["", "react", "react:7", "body", "pin:{pk}:", "react:0:👍"])
def test_a_post_without_an_emoji_for_this_message_is_refused(press, said, bruno, name, stored):
    response = press(bruno, name.format(pk=said.pk))
    assert (response.status_code, stored()) == (422, [])


@pytest.mark.django_db(transaction=True)
async def test_the_socket_refuses_the_same(arrive, lobby, said, bruno, stored):
    socket = await arrive(bruno, lobby)
    for emoji in ("a", "👍👍", "\ud83d", "<img>", "\0"):
        before = len(socket.page.taken)
        await socket.send(**{f"react:{said.pk}:{emoji}": "x"})
        await socket.until(
            lambda page, before=before: any("Choose one" in push for push in page.taken[before:])
        )
    assert await in_database(stored)() == []


@pytest.mark.django_db(transaction=True)
async def test_the_socket_reacts_and_takes_back(arrive, lobby, said, ana, bruno, stored):
    reader, socket = await arrive(ana, lobby), await arrive(bruno, lobby)
    await socket.send(**{f"react:{said.pk}:❤️": "❤️"})
    await reader.until(lambda page: f'name="unreact:{said.pk}:❤"' in page.log[-1])
    assert await in_database(stored)() == [("bruno", "❤")]
    await socket.send(**{f"unreact:{said.pk}:❤": "❤️ 1"})
    await reader.until(lambda page: "unreact" not in page.log[-1])
    assert await in_database(stored)() == []
