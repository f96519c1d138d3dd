"""What may be a status: one emoji, one line of visible letters."""

import pytest

from users.models import User

PATH = "/profile/status/"


@pytest.fixture
def send(bruno, client_of):
    client = client_of(bruno)
    return lambda **fields: client.post(PATH, fields)


def stored():
    fields = ("status_emoji", "status_text")
    return User.objects.values_list(*fields).get(username="bruno")


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("🌴", "🌴"),
        ("  🌴 ", "🌴"),
        (":palm_tree:", "🌴"),
        ("👍🏽", "👍🏽"),  # a skin tone
        ("☝️🏽", "☝🏽"),  # a selector that the tone replaces
        ("👩🏽‍💻", "👩🏽‍💻"),
        ("🫱🏻‍🫲🏿", "🫱🏻‍🫲🏿"),
        ("👨‍👩‍👧", "👨‍👩‍👧"),
        ("🇪🇸", "🇪🇸"),
        ("🏴󠁧󠁢󠁳󠁣󠁴󠁿", "🏴󠁧󠁢󠁳󠁣󠁴󠁿"),
        ("1️⃣", "1️⃣"),
        ("1\u20e3", "1️⃣"),
        ("❤", "❤️"),
        ("❤\ufe0e", "❤️"),
        ("🏳️‍🌈", "🏳️‍🌈"),
        ("🕵🏽‍♂️", "🕵🏽‍♂️"),
    ],
)
def test_an_emoji_is_taken_as_people_paste_it(send, typed, shown):
    assert send(emoji=typed).status_code == 302
    assert stored() == (shown, "")


@pytest.mark.parametrize(
    "typed",
    [
        *(
            "a",
            "1",
            "ok",
            "🌴🌴",
            "🌴 🌴",
            "🌴a",
            ":)",
            "🍕🏿",
            "👍🏻🏿",
            "🏽",
            "🇦🇦",
            "🇪",
            "\u200d",
        ),
        *("👍\u200d", "<b>", "&#127796;", "\0", "🌴\0", ":no_such_emoji:", "::", ":"),
        *("a" * 500, "🌴" * 500, ":" + "a" * 500 + ":", "👍" + "\ufe0f" * 500, "\u202e", "✓"),
    ],
    ids=ascii,
)
def test_anything_else_is_no_emoji_and_stays_in_the_field(send, page, errors, typed):
    refused = send(emoji=typed, text="Away")
    assert refused.status_code == 422
    (sentence,) = errors(refused)["emoji"]
    assert "Choose one emoji." in sentence
    field = page(refused).select_one("#set-status [name=emoji]")
    if "\0" not in typed:  # no HTML can hold it
        assert field["value"] == typed
    assert page(refused).select_one("#set-status [name=text]")["value"] == "Away"
    assert stored() == ("", "")


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("a" * 60, "a" * 60),
        ("  On\n the\r\nroad\t ", "On the road"),
        ("Ｆull width", "Full width"),
        ("في إجازة", "في إجازة"),
        ("👩‍💻 at work", "👩‍💻 at work"),
        ("<b>bold</b> *stars* @ana &amp;", "<b>bold</b> *stars* @ana &amp;"),
    ],
)
def test_a_text_is_one_line(send, typed, shown):
    assert send(text=typed).status_code == 302
    assert stored() == ("", shown)


@pytest.mark.parametrize(
    "typed",
    ["a" * 61, "a" * 500, "a\0b", "a\u202eb", "\u2066a", "a\u200bb", "e" + "\u0301" * 30],
    ids=ascii,
)
def test_a_text_that_is_too_long_or_hides_something_is_refused(send, errors, typed):
    refused = send(emoji="🌴", text=typed)
    assert refused.status_code == 422
    assert set(errors(refused)) == {"text"}
    assert stored() == ("", "")


@pytest.mark.parametrize("fields", [{}, {"text": " \n "}, {"until": "week"}, {"emoji": " "}])
def test_nothing_is_no_status(send, errors, fields):
    refused = send(**fields)
    assert (refused.status_code, set(errors(refused))) == (422, {"text"})


@pytest.mark.parametrize("until", ["never", "0", "week\0", "x" * 500, "30"])
def test_only_the_offered_times_can_be_chosen(send, errors, until):
    refused = send(text="Away", until=until)
    assert (refused.status_code, set(errors(refused))) == (422, {"until"})
