"""Runs the tests of database-specific code on PostgreSQL too."""

import os
import subprocess
import sys

import pytest

from ..servers import ROOT

# Tests that share a run, because starting one takes as long as some of the tests.
TOPICS = {
    "reactions": [
        "messaging/reactions/tests/test_page.py",
        "messaging/reactions/tests/test_races.py",
        "messaging/reactions/tests/test_reacting.py",
    ],
    "search": [
        "messaging/search/tests/test_files.py",
        "messaging/search/tests/test_newest.py",
        "messaging/search/tests/test_operators.py",
        "messaging/search/tests/test_parts_of_words.py",
        "messaging/search/tests/test_schema.py",
        "messaging/search/tests/test_search.py",
    ],
    "notifications": [
        "messaging/notifications/tests/test_channels.py",
        "messaging/notifications/tests/test_email.py",
    ],
    "reminders": ["messaging/later/tests/test_reminders.py", "messaging/later/tests/test_list.py"],
    "names": [
        "rooms/tests/test_rooms_at_once.py",
        "users/tests/test_look_alikes.py",
        "users/tests/test_mailboxes.py",
        "users/tests/test_names_at_once.py",
        "users/tests/test_unicode_forms.py",
    ],
    "conversations": [
        "rooms/direct/tests/test_groups.py",
        "rooms/direct/tests/test_make_room.py",
        "rooms/direct/tests/test_pairs.py",
        "users/tests/test_people_pages.py",
    ],
    "pins": ["messaging/pins/tests/test_at_once.py", "messaging/pins/tests/test_pins.py"],
    "previews": [
        "messaging/previews/tests/test_forgetting.py",
        "messaging/previews/tests/test_removal.py",
        "messaging/previews/tests/test_showing.py",
        "messaging/previews/tests/test_turns.py",
        "site/tests/operations/test_backed_up_previews.py",
    ],
    "accounts": [
        "users/tests/test_email_change.py",
        "users/tests/test_guesses.py",
        "users/tests/test_half_logins.py",
        "users/tests/test_totp_codes.py",
    ],
    "earlier texts": [
        "messaging/reports/tests/test_history.py",
        "messaging/versions/tests/test_versions.py",
    ],
    "scheduled messages": [
        "messaging/scheduled/tests/test_at_once.py",
        "messaging/scheduled/tests/test_changing.py",
        "messaging/scheduled/tests/test_posting.py",
        "messaging/scheduled/tests/test_scheduling.py",
    ],
    "replies": [
        "messaging/message/tests/test_answered_line.py",
        "messaging/message/tests/test_answering.py",
        "messaging/message/tests/test_excerpts.py",
        "messaging/message/tests/test_replies.py",
        "messaging/tests/test_forgotten_replies.py",
    ],
    "files": [
        "messaging/attachments/tests/test_fuzzed_addresses.py",
        "messaging/attachments/tests/test_opening.py",
        "messaging/attachments/tests/test_sending.py",
        "messaging/attachments/tests/test_space.py",
        "messaging/attachments/tests/test_stores_end_to_end.py",
        "messaging/shared_files/tests/test_live.py",
        "messaging/shared_files/tests/test_message.py",
        "messaging/shared_files/tests/test_own.py",
        "messaging/shared_files/tests/test_room.py",
        "site/files/tests/test_limits.py",
        "site/files/tests/test_stores.py",
        "site/files/tests/test_sweeping.py",
        "site/tests/operations/test_backed_up_files.py",
    ],
    "decisions": ["site/tests/test_stale_decisions.py"],
    "pages that were left open": [
        "site/tests/test_stale_pages.py",
        "site/tests/test_stale_races.py",
    ],
}


@pytest.mark.parametrize("topic", TOPICS)
def test_postgresql_does_as_sqlite_does(topic, new_test_database):
    assert_passes("--reuse-db", *TOPICS[topic], DATABASE_URL=new_test_database())


def test_guesses_are_counted_in_redis_as_in_a_database(redis):
    assert_passes("--create-db", "users/tests/test_guesses.py", REDIS_URL=redis)


def assert_passes(*arguments, **environment):
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", *arguments],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout
