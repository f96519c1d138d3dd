"""A composer whose files the server refused before reading them shows why, and keeps its text."""

import pytest

from messaging.attachments.forms import REFUSED
from messaging.message.models import Message

ADDRESSES = ["/rooms/lobby/messages/", "/rooms/lobby/compose/"]


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("reason", REFUSED)
def test_the_text_stays_in_the_composer_beside_the_reason(
    client_of, bruno, lobby, page, address, reason
):
    form = {"body": "A text", "nonce": "n", "refused": reason}
    answer = client_of(bruno).post(address, form)
    status, sentence = REFUSED[reason]
    shown = page(answer)
    assert answer.status_code == status
    assert shown.select_one("#body").text == "A text"
    assert shown.select_one("#files-errors").text.strip()[:20] == str(sentence)[:20]
    assert not Message.objects.exists()


def test_a_file_without_text_is_refused_for_its_size_alone(client_of, bruno, lobby, page):
    answer = client_of(bruno).post(ADDRESSES[0], {"body": "", "nonce": "n", "refused": "files"})
    assert answer.status_code == 413
    assert page(answer).select_one("#compose-errors").text.strip() == ""


def test_an_unknown_reason_is_none(client_of, bruno, lobby):
    form = {"body": "A text", "nonce": "n", "refused": "because"}
    assert client_of(bruno).post(ADDRESSES[0], form).status_code == 303


@pytest.mark.parametrize("button", ["keep", "later"])
def test_neither_is_a_draft_kept_without_a_word(client_of, bruno, lobby, page, button):
    form = {"body": "A text", "nonce": "n", "refused": "files", button: "1"}
    answer = client_of(bruno).post(ADDRESSES[0], form)
    assert answer.status_code == 422
    assert page(answer).select_one("#files-errors").text.strip()


@pytest.mark.parametrize("reason", REFUSED)
def test_a_page_with_scripts_keeps_its_files_and_has_one_sentence(
    client_of, bruno, lobby, page, reason
):
    form = {"body": "A text", "refused": reason}  # scripts send the nonce behind the files
    answer = client_of(bruno).post(ADDRESSES[0], form, headers={"HX-Request": "true"})
    shown = page(answer)
    assert shown.select("#kept") == []
    [said] = shown.select("[role=alert]")
    assert said["id"] == "compose-errors" and "reload" not in said.text
    assert said.text.strip()[:20] == str(REFUSED[reason][1])[:20]
