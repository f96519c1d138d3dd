"""A text that is too long is returned in full, with the number of excess characters."""

import pytest
from django.forms import CharField, Form

from messaging.message.forms import EditForm, MessageForm
from messaging.message.models import BODY_LIMIT


@pytest.mark.parametrize("form", [MessageForm, EditForm])
@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("x" * (BODY_LIMIT + 107), "Too long by 107 characters."),
        ("x" * (BODY_LIMIT + 1), "Too long by 1 character."),
        ("🦊" * (BODY_LIMIT + 2), "Too long by 2 characters."),
        ("x\r\n" * (BODY_LIMIT // 2) + "yyy", "Too long by 3 characters."),
        (" " + "x" * (BODY_LIMIT + 3) + " ", "Too long by 3 characters."),
        ("🦊" * BODY_LIMIT, None),
        ("x\r\n" * (BODY_LIMIT // 2), None),
    ],
)
def test_it_is_said_by_how_much(form, body, sentence):
    errors = form({"body": body, "nonce": "n"}).errors
    assert errors.get("body") == (sentence and [sentence])


def test_no_field_of_any_form_is_cut_by_the_browser():
    class Long(Form):
        name = CharField(max_length=5)

    assert "maxlength" not in str(Long())
    assert "maxlength" not in str(MessageForm())


@pytest.mark.parametrize("path", ["messages/", "compose/"])
def test_it_comes_back_whole(client_of, lobby, bruno, page, path):
    body = "x" * 8_107
    response = client_of(bruno).post(f"/rooms/lobby/{path}", {"body": body, "nonce": "n"})
    form = page(response).select_one("#compose")
    assert (response.status_code, form.select_one("textarea").get_text().strip()) == (422, body)
    assert form.select_one("#compose-errors").get_text(strip=True) == "Too long by 107 characters."
    assert "maxlength" not in str(form)
