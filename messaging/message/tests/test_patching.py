"""A page patched live, late or out of order equals a freshly rendered page."""

import random

import pytest

from messaging.live.tests.pages import Page
from messaging.message import actions, broadcasts
from messaging.models import Message


@pytest.fixture
def events(monkeypatch, django_capture_on_commit_callbacks):
    """Return a function that does something and returns the published events."""

    def of(act, *arguments):
        sent = []
        monkeypatch.setattr(broadcasts, "publish", lambda group, event: sent.append(event))
        with django_capture_on_commit_callbacks(execute=True):
            act(*arguments)
        return sent

    return of


def do_something(random, room, author):
    messages = list(Message.objects.filter(room=room, deleted_at=None).select_related("room"))
    if not messages or random.random() < 0.5:
        drafts = [
            actions.Draft(author, random.choice(TEXTS), f"{room.revision}-{number}")
            for number in range(random.randint(1, 4))
        ]
        return actions.post_messages(room, drafts)
    message = random.choice(messages)
    if random.random() < 0.6:
        return actions.edit_message(message, random.choice(TEXTS))
    return actions.delete_message(message)


TEXTS = ["Hello", "*Olá* & <b>", "`</article>`", "</article><article id=message-1>", "a\n\nb"]


@pytest.mark.parametrize("seed", range(5))
def test_the_page_that_was_patched_is_the_page_that_is_rendered(
    seed, events, client_of, lobby, ana
):
    chance = random.Random(seed)
    live, client = Page(), client_of(ana)
    patched = Page(client.get(lobby.get_absolute_url()).text)
    for _ in range(25):
        for event in events(do_something, chance, lobby, ana):
            live.take(event["html"]["en"])
            if chance.random() < 0.5:
                patched.take(event["html"]["en"])
    complete = False
    patched.cursor = 0  # it has missed some, without knowing which
    while not complete:
        cursor = patched.cursor
        revision, changes, complete = broadcasts.changes_since(lobby.pk, cursor, limit=3)
        patched.take(changes["html"]["en"])
        assert patched.cursor == revision
    fresh = Page(client.get(lobby.get_absolute_url()).text)
    assert len(fresh.log) == min(50, Message.objects.count())
    assert live.log[-50:] == patched.log[-50:] == fresh.log
    assert live.cursor == patched.cursor == fresh.cursor


def test_what_another_sees_afresh_is_what_was_pushed_less_what_is_not_theirs(
    events, client_of, lobby, ana, bruno, page
):
    pushed = Page()
    for author in (ana, bruno):
        for event in events(actions.post_message, lobby, author, f"by {author}", author.username):
            pushed.take(event["html"]["en"])
    fresh = page(client_of(bruno).get(lobby.get_absolute_url()))
    live = page(type("Response", (), {"content": "".join(pushed.log)}))
    assert len(live.select("[data-controls]")) == 2
    for control in live.select(f".message:not([data-author='{bruno.pk}']) [data-controls]"):
        del control["data-controls"]
    theirs = [
        f":not([data-author='{bruno.pk}']) .author-only",
        f"[data-author='{bruno.pk}'] .not-author",
        " .pinner-only",
    ]
    for control in live.select(", ".join(f".message{rule}" for rule in theirs)):
        control.decompose()
    shown = [str(message).split() for message in fresh.select(".message")]
    assert [str(message).split() for message in live.select(".message")] == shown


def test_a_change_is_drawn_without_a_query(events, lobby, ana, django_assert_num_queries):
    messages = [actions.post_message(lobby, ana, f"{n}", f"{n}") for n in range(3)]
    drawn = list(Message.objects.filter(pk__in=[m.pk for m in messages]).for_display())
    broadcasts.render_changes(drawn, 1)
    with django_assert_num_queries(0):
        broadcasts.render_changes(drawn, 2)


def test_the_tombstone_that_is_pushed_holds_nothing_of_the_text(events, lobby, ana):
    message = actions.post_message(lobby, ana, "a *secret*", "n")
    (event,) = events(actions.delete_message, message)
    assert "secret" not in repr(event)
    assert "secret" not in repr(broadcasts.changes_since(lobby.pk, 0))
