"""The files of one message: removing one, and saying what a picture shows."""

import pytest

from files.models import Blob
from messaging.attachments.models import MAX_ALT, Attachment
from messaging.message.actions import delete_message
from messaging.models import Message
from rooms.actions import archive_room
from rooms.moderation.actions import mute_member


@pytest.fixture
def change(client_of, bruno):
    """Return a function that posts the form of a message's files as Bruno; `remove` is a File."""

    def post(message, remove=None, headers=None, person=bruno, **fields):
        fields = {name.replace("_", "-"): value for name, value in fields.items()}
        if remove is not None:
            fields[f"remove:{message.pk}:{remove.id}"] = "Remove"
        answer = client_of(person).post(f"/messages/{message.pk}/files/", fields, headers=headers)
        message.refresh_from_db()
        return answer

    return post


def names(message):
    return [file.name for file in message.files]


def test_a_file_is_removed_and_the_message_is_an_edited_one(change, share, lobby, bruno):
    message = share(lobby, bruno, "a.txt", "b.txt", "c.txt")
    gone, position = message.files[1], message.position
    assert change(message, remove=gone).headers["Location"] == f"/messages/{message.pk}/files/"
    assert names(message) == ["a.txt", "c.txt"]
    assert message.edited_at and message.position == position
    assert not Attachment.objects.filter(pk=gone.id).exists()
    assert not hasattr(Blob.objects.get(pk=gone.key), "attachment")  # an orphan, to be forgotten


def test_a_removed_file_is_removed_once(change, share, lobby, bruno):
    message = share(lobby, bruno, "a.txt", "b.txt")
    gone = message.files[0]
    change(message, remove=gone)
    revision, edited_at = message.revision, message.edited_at
    assert change(message, remove=gone).status_code == 302
    assert (names(message), message.revision, message.edited_at) == (["b.txt"], revision, edited_at)


def test_the_last_file_of_a_text_is_removed(change, share, lobby, bruno):
    message = share(lobby, bruno, "a.txt", body="words")
    assert (
        change(message, remove=message.files[0]).headers["Location"] == f"/messages/{message.pk}/"
    )
    assert (message.files, message.extras) == ([], {})


def test_a_message_without_text_keeps_its_last_file_and_can_be_deleted(
    change, share, page, lobby, bruno
):
    message = share(lobby, bruno, "a.txt")
    refused = change(message, remove=message.files[0])
    assert (refused.status_code, names(message)) == (422, ["a.txt"])
    shown = page(refused)
    assert shown.select_one("[role=alert]").text.startswith("This message has no text")
    assert shown.select(f"a[href='/messages/{message.pk}/delete/']")
    assert shown.select("[name^='remove:']") == []


def test_what_a_picture_shows_is_changed_and_pushed_without_an_edit(change, share, lobby, bruno):
    message = share(lobby, bruno, "a.jpg", "b.png", "c.txt")
    first, second, _text = message.files
    revision = message.revision
    answer = change(message, **{f"alt-{first.id}": " A \n cat ", f"alt-{second.id}": ""})
    assert answer.status_code == 303
    assert [file.alt for file in message.files] == ["A cat", "", ""]
    assert Attachment.objects.get(pk=first.id).alt == "A cat"
    assert message.edited_at is None and message.revision == revision + 1


def test_a_description_that_stays_is_no_change(change, share, lobby, bruno):
    message = share(lobby, bruno, "a.jpg")
    revision = message.revision
    change(message, **{f"alt-{message.files[0].id}": ""})
    assert message.revision == revision


def test_a_button_that_removes_saves_what_was_typed(change, share, lobby, bruno):
    message = share(lobby, bruno, "a.jpg", "b.jpg")
    first, second = message.files
    change(message, remove=first, **{f"alt-{second.id}": "A dog"})
    assert [(file.name, file.alt) for file in message.files] == [("b.jpg", "A dog")]


@pytest.mark.parametrize("alt", ["x" * (MAX_ALT + 1), "a\x00b"])
def test_a_bad_description_is_refused_beside_its_field_and_nothing_is_removed(
    change, share, page, lobby, bruno, alt
):
    message = share(lobby, bruno, "a.jpg", "b.jpg")
    first, second = message.files
    refused = change(message, remove=second, **{f"alt-{first.id}": alt})
    assert (refused.status_code, len(message.files)) == (422, 2)
    field = page(refused).select_one(f"[name='alt-{first.id}']")
    assert field["aria-invalid"] == "true" and field.text.strip("\n")[:3] == alt[:3]


def test_the_form_is_a_fragment_for_htmx_and_stays_while_files_are_removed(
    change, share, page, lobby, bruno, client_of
):
    message = share(lobby, bruno, "a.jpg", "b.jpg")
    htmx = {"HX-Request": "true"}
    asked = page(client_of(bruno).get(f"/messages/{message.pk}/files/", headers=htmx))
    assert asked.select_one(f"#message-{message.pk}[data-editing]") and not asked.select("body")
    answer = page(change(message, remove=message.files[0], headers=htmx))
    assert len(answer.select("[data-editing] .shared-file")) == 1
    saved = page(change(message, headers=htmx))
    assert saved.select_one(f"#message-{message.pk}.message .files") and not saved.select(
        "form[hx-post]"
    )


def test_only_its_author_can_change_the_files_of_a_message(change, share, lobby, bruno, ana, eve):
    message = share(lobby, bruno, "a.txt", "b.txt")
    for person in (ana, eve):
        assert change(message, remove=message.files[0], person=person).status_code == 403
    assert len(message.files) == 2


def test_who_is_muted_or_in_an_archived_room_changes_nothing(change, share, lobby, bruno, ana):
    message = share(lobby, bruno, "a.txt", "b.txt")
    mute_member(lobby.membership_of(bruno), ana, 60)
    assert change(message, remove=message.files[0]).status_code == 403
    message = share(lobby, ana, "a.txt", "b.txt")
    archive_room(lobby, by=ana)
    assert change(message, remove=message.files[0], person=ana).status_code == 403
    assert Attachment.objects.count() == 4


def test_a_file_of_another_message_is_not_removed(change, share, lobby, bruno):
    message, other = share(lobby, bruno, "a.txt", "b.txt"), share(lobby, bruno, "c.txt", "d.txt")
    change(message, remove=other.files[0])
    assert Attachment.objects.count() == 4


def test_a_deleted_message_has_no_files_to_change(change, share, lobby, bruno):
    message = share(lobby, bruno, "a.txt", "b.txt")
    gone = message.files[0]
    delete_message(message)
    assert change(message, remove=gone).status_code == 403


def test_the_menu_leads_authors_of_files_to_them(client_of, page, share, say, lobby, bruno):
    say(lobby, bruno, "only text")
    message = share(lobby, bruno, "a.txt")
    room = page(client_of(bruno).get(lobby.get_absolute_url()))
    items = room.select(".message .menu a[href$='/files/']")
    assert [item["href"] for item in items] == [f"/messages/{message.pk}/files/"]
    edit = page(client_of(bruno).get(f"/messages/{message.pk}/edit/"))
    assert edit.select(f"a[href='/messages/{message.pk}/files/']")


def test_positions_and_unread_counts_stay(change, share, lobby, ana, bruno):
    message = share(lobby, bruno, "a.txt", "b.txt")
    before = lobby.membership_of(ana).unread_until(message.position)
    change(message, remove=message.files[0])
    assert lobby.membership_of(ana).unread_until(message.position) == before == 1
    assert Message.objects.count() == 1
