"""The full-text index survives migrations that change the table of messages.

Runs on the database of DATABASE_URL: `site/tests/operations/test_postgresql.py` has it run on both.
"""

import pytest
from django.core.management import call_command
from django.db import connection, models

from messaging.message import actions
from messaging.models import Message
from messaging.search.index import holding, terms_of

LOSSES = {
    "sqlite": [
        ["DROP TRIGGER messaging_words_posted"],
        ["DROP TRIGGER messaging_words_changed"],
        ["DROP TRIGGER messaging_words_gone"],
        ["DROP TABLE messaging_words"],
        [
            *(f"DROP TRIGGER messaging_words_{name}" for name in ("posted", "changed", "gone")),
            "DROP TABLE messaging_words",
        ],
    ],
    "postgresql": [
        ["DROP INDEX message_by_words"],
        ["ALTER TABLE messaging_message DROP COLUMN words"],
    ],
}

pytestmark = pytest.mark.django_db(transaction=True)


def found(words):
    return [
        message.body for message in holding(Message.objects.all(), terms_of(words)).order_by("pk")
    ]


def migrate():
    call_command("migrate", verbosity=0)


@pytest.fixture
def say(transactional_db, ana, lobby):
    """Return a function that posts a message."""
    return lambda body: actions.post_message(lobby, ana, body, nonce=body)


@pytest.fixture
def new_field():
    """A field that a later migration adds to Message; removed after the test."""
    field = models.IntegerField(default=0, null=True)
    field.set_attributes_from_name("weight")
    yield field
    with connection.schema_editor() as editor:
        editor.remove_field(Message, field)
    migrate()


def test_messages_are_found_after_a_migration_adds_a_field(say, new_field):
    say("olives from before")
    with connection.schema_editor() as editor:
        editor.add_field(Message, new_field)
    migrate()
    edited, deleted = say("figs from after"), say("lemons from after")
    actions.edit_message(edited, "olives from after")
    actions.delete_message(deleted)
    assert found("olives") == ["olives from before", "olives from after"]
    assert (found("figs"), found("lemons")) == ([], [])


def test_what_a_migration_rewrites_is_found_as_it_is_now(say, new_field):
    message = say("olives")
    with connection.schema_editor() as editor:
        editor.add_field(Message, new_field)
    Message.objects.filter(pk=message.pk).update(body="figs")  # on SQLite without a trigger
    migrate()
    assert (found("olives"), found("figs")) == ([], ["figs"])


@pytest.mark.parametrize("number", range(5))
def test_a_part_of_the_index_that_is_missing_is_created_again(say, number):
    losses = LOSSES[connection.vendor]
    say("olives from before")
    with connection.cursor() as cursor:
        for statement in losses[number % len(losses)]:
            cursor.execute(statement)
    migrate()
    say("olives from after")
    assert found("olives") == ["olives from before", "olives from after"]


def test_an_index_that_is_whole_is_left_alone(say):
    say("olives")
    with connection.execute_wrapper(refuse_changes):
        migrate()
    assert found("olives") == ["olives"]


def refuse_changes(execute, sql, params, many, context):
    assert "messaging_words" not in sql and not sql.lstrip().startswith("ALTER"), sql
    return execute(sql, params, many, context)
