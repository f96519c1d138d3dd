"""The excerpt in a reply: cut from the text, and gone with it."""

import pytest

from messaging.markdown.rendering import render_body
from messaging.message import actions, broadcasts, rendering, replies
from messaging.models import Message
from messaging.replies.excerpts import MAX_EXCERPT, excerpt_of
from rooms.models import Room
from tertulia.background.models import KeptTask

FLAG, FAMILY, THUMB = "🇧🇷", "👩‍👩‍👧‍👦", "👍🏽"


def answered(message, author, count):
    """Post `count` replies to `message` and return them."""
    drafts = [actions.Draft(author, f"{n}", f"{n}", reply_to=message.pk) for n in range(count)]
    return actions.post_messages(message.room, drafts)


@pytest.mark.parametrize(
    ("body", "excerpt"),
    [
        ("Lunch at **one**?", "Lunch at one?"),
        ("One\nTwo\n\nThree", "One Two Three"),
        ("> Who?\n\nI", "Who? I"),
        ("- a\n- b", "a b"),
        ("```\ndef f():\n    return 1 < 2\n```", "def f(): return 1 < 2"),
        ("| a | b |\n| --- | --- |\n| c | d |", "a b c d"),
        ("https://example.com/a?b=1&c=2", "https://example.com/a?b=1&c=2"),
        ("<b>&amp;", "<b>&amp;"),
        ("مرحبا بالجميع", "مرحبا بالجميع"),
        ("a\u202eb\u2066c", "abc"),
        (":tada:", "🎉"),
    ],
)
def test_an_excerpt_is_one_line_of_plain_text(body, excerpt):
    assert excerpt_of(render_body(body)) == excerpt


@pytest.mark.parametrize("piece", ["e\u0301", FLAG, FAMILY, THUMB, "ab ", "x" + "\u0301" * 7, "葛󠄀"])
def test_an_excerpt_is_cut_between_characters(piece):
    excerpt = excerpt_of(render_body("a" + piece * 200))
    assert len(excerpt) <= MAX_EXCERPT and excerpt.endswith("…")
    assert f"a{piece * 200}".startswith(excerpt.removesuffix("…"))
    rest = excerpt.removesuffix("…")[1:]
    assert rest.replace(piece, "") in ("", "a", "ab")


def test_an_excerpt_of_marks_alone_is_as_short():
    assert len(excerpt_of(render_body("a" + "\u0301" * 500))) == MAX_EXCERPT


def test_an_edited_message_refreshes_its_replies_in_one_event(
    events, lunch, bruno, django_capture_on_commit_callbacks
):
    first, second = answered(lunch, bruno, 2)
    with django_capture_on_commit_callbacks(execute=True):
        actions.edit_message(lunch, "Dinner at eight?")
    [event] = events
    assert [(m.pk, m.revision) for m in Message.objects.order_by("revision")] == [
        (lunch.pk, 4),
        (first.pk, 5),
        (second.pk, 6),
    ]
    assert (event["first"], event["revision"], event["posted"]) == (4, 6, False)
    assert event["html"]["en"].count("Dinner at eight?") == 3
    assert "Lunch" not in event["html"]["en"]


def test_a_deleted_message_leaves_no_words_in_its_replies(
    events, lunch, bruno, django_capture_on_commit_callbacks
):
    [reply] = answered(lunch, bruno, 1)
    with django_capture_on_commit_callbacks(execute=True):
        actions.delete_message(lunch)
    [event] = events
    reply.refresh_from_db()
    assert reply.extras["reply"] == {"id": lunch.pk, "author": lunch.author_id, "excerpt": ""}
    assert event["html"]["en"].count("a message that was deleted") == 1
    assert "Lunch" not in event["html"]["en"] and "Lunch" not in str(reply.extras)


def test_other_changes_leave_the_replies_alone(lunch, bruno):
    [reply] = answered(lunch, bruno, 1)
    actions.change_message(lunch, extras={"pinned": True})
    reply.refresh_from_db()
    assert (reply.revision, Room.objects.get(pk=lunch.room_id).revision) == (2, 3)


def test_a_deleted_reply_stays_empty(lunch, bruno):
    [reply] = answered(lunch, bruno, 1)
    actions.delete_message(reply)
    actions.edit_message(lunch, "Dinner at eight?")
    reply.refresh_from_db()
    assert (reply.extras, Message.objects.for_display().get(pk=reply.pk).reply) == ({}, None)


@pytest.fixture
def many(lunch, bruno):
    """More replies than change with their message."""
    return answered(lunch, bruno, replies.MAX_AT_ONCE + 150)


def stored_excerpts():
    replies = Message.objects.filter(reply_to__isnull=False)
    return {extras["reply"]["excerpt"] for extras in replies.values_list("extras", flat=True)}


def test_with_many_replies_the_newest_change_at_once_and_a_task_does_the_rest(lunch, many):
    actions.delete_message(lunch)
    before = {message.pk: message for message in Message.objects.for_display()}
    assert [before[m.pk].extras["reply"]["excerpt"] for m in many] == [
        *["Lunch at one?"] * 150,
        *[""] * replies.MAX_AT_ONCE,
    ]
    kept = KeptTask.objects.get(path="messaging.message.replies.refresh_replies")
    replies.refresh_replies.call(*kept.args)
    assert stored_excerpts() == {""}


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (actions.delete_message, "a message that was deleted"),
        (lambda message: actions.edit_message(message, "Dinner?"), "ana</bdi>: a message<"),
    ],
)
def test_until_then_nothing_shows_the_old_words(lunch, many, change, line):
    rendering.forget()
    list(map(rendering.render_message, Message.objects.for_display()))  # what is cached before
    change(lunch)
    html = [rendering.render_message(message) for message in Message.objects.for_display()]
    _revision, changes, _complete = broadcasts.changes_since(lunch.room_id, 0, limit=1000)
    for shown in ("".join(html), changes["html"]["en"]):
        assert "Lunch" not in shown
        assert shown.count(line) == 150 or "deleted" in line


def test_the_task_counts_revisions_without_gaps(events, lunch, many):
    actions.edit_message(lunch, "Dinner at eight?")
    before = Room.objects.get(pk=lunch.room_id).revision
    replies.refresh_replies.call(lunch.pk)
    room = Room.objects.get(pk=lunch.room_id)
    revisions = Message.objects.filter(revision__gt=before).values_list("revision", flat=True)
    assert sorted(revisions) == list(range(before + 1, room.revision + 1))
    assert (room.revision - before, stored_excerpts()) == (150, {"Dinner at eight?"})


def test_the_task_may_run_twice_and_for_a_message_that_is_gone(lunch, many):
    actions.edit_message(lunch, "Dinner at eight?")
    replies.refresh_replies.call(lunch.pk)
    revision = Room.objects.get(pk=lunch.room_id).revision
    replies.refresh_replies.call(lunch.pk)
    replies.refresh_replies.call(2**40)
    assert Room.objects.get(pk=lunch.room_id).revision == revision
