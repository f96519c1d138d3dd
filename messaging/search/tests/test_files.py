"""Messages are found by their files: has:file and its like, and the names of files.

Runs on the database of DATABASE_URL: `site/tests/operations/test_postgresql.py` has it run on both.
"""

import pytest

from messaging.attachments.actions import remove
from messaging.message.actions import delete_message
from messaging.shared_files.tests.conftest import send_files


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("has:file", 4),
        ("has:picture", 1),
        ("HAS:Video", 1),
        ("has:audio", 1),
        ("has:file has:picture", 1),
        ("has:picture has:audio", 0),
        ("has:file from:ana", 0),
        ("has:file from:bruno in:lobby", 4),
        ("has:file words", 1),
        ("has:file has:link", 0),
    ],
)
def test_messages_are_found_by_what_they_have(search, say, lobby, bruno, words, found):
    for name, body in (("a.jpg", ""), ("b.mp4", ""), ("c.mp3", "some words"), ("d.txt", "")):
        send_files(lobby, bruno, name, body=body)
    say(lobby, bruno, "some words and https://example.com")
    assert len(search(bruno, words).select("main li.found")) == found


def test_the_form_offers_files_and_refuses_what_is_none(search, lobby, bruno):
    send_files(lobby, bruno, "a.jpg")
    values = [option["value"] for option in search(bruno, "has:file").select("[name=has] option")]
    assert values == ["", "link", "file", "picture", "video", "audio"]
    assert len(search(bruno, "", has="picture").select("main li.found")) == 1
    assert "file" in search(bruno, "has:nothing", status=422).select_one(".field-errors").text


@pytest.mark.parametrize(
    "words",
    ["invoice.pdf", "INVOICE", "voice", "factura", "pdf", '"invoice no. 7"', "no 7", "in pdf"],
)
def test_a_message_is_found_by_the_name_of_its_file(search, say, lobby, bruno, words):
    send_files(lobby, bruno, "Invoice No. 7 - Fáctura.invoice.pdf", body="Here it is")
    send_files(lobby, bruno, "other.txt")
    say(lobby, bruno, "Here it is")
    assert len(search(bruno, words).select("main li.found")) == 1


@pytest.mark.parametrize("words", ["nvoice zzz", "%", "vo", "C#"])
def test_another_name_is_not_found(search, lobby, bruno, words):
    send_files(lobby, bruno, "invoice.pdf", "c.txt")
    answer = search(bruno, words, status=422 if words == "%" else 200)
    assert answer.select("main li.found") == []


def test_texts_and_names_are_found_together_newest_first_each_once(search, say, lobby, bruno):
    first = say(lobby, bruno, "the plan")
    both = send_files(lobby, bruno, "plan.pdf", body="the plan")
    last = send_files(lobby, bruno, "plan.txt")
    found = search(bruno, "plan").select("main li.found article")
    assert [each["id"] for each in found] == [f"message-{m.pk}" for m in (last, both, first)]


def test_what_was_removed_or_deleted_or_is_hidden_is_not_found(search, lobby, den, ana, bruno, eve):
    delete_message(send_files(lobby, bruno, "plan.pdf"))
    removed = send_files(lobby, bruno, "plan.pdf", body="words")
    removed.attachments.update(is_held=True)
    remove(removed.attachments.all())
    send_files(den, bruno, "plan.pdf")
    for words in ("plan", "has:file"):
        assert search(eve, words).select("main li.found") == []
        assert len(search(ana, words).select("main li.found")) == 1
