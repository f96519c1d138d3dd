"""What each database does in its own way is tried on PostgreSQL as well, by the same tests."""

import os
import subprocess
import sys

import pytest

from ..servers import ROOT


def test_messages_are_found_on_postgresql_as_on_sqlite(new_database):
    assert_passes("messaging/tests/test_search.py", new_database())


def test_names_that_look_alike_are_refused_on_postgresql_as_on_sqlite(new_database):
    assert_passes("users/tests/test_look_alikes.py", new_database())


def test_names_are_taken_one_after_the_other_on_postgresql_as_on_sqlite(new_database):
    assert_passes("users/tests/test_names_at_once.py", new_database())


def test_names_and_passwords_have_one_form_on_postgresql_as_on_sqlite(new_database):
    assert_passes("users/tests/test_unicode_forms.py", new_database())


def test_a_mailbox_is_one_account_on_postgresql_as_on_sqlite(new_database):
    assert_passes("users/tests/test_mailboxes.py", new_database())


def test_a_code_is_used_once_on_postgresql_as_on_sqlite(new_database):
    assert_passes("users/tests/test_totp_codes.py", new_database())


def test_an_address_changes_everywhere_on_postgresql_as_on_sqlite(new_database):
    assert_passes("users/tests/test_email_change.py", new_database())


def test_guesses_are_counted_on_postgresql_as_on_sqlite(new_database):
    assert_passes("users/tests/test_guesses.py", new_database())


def test_guesses_are_counted_in_redis_as_in_a_database(redis):
    assert_passes("users/tests/test_guesses.py", REDIS_URL=redis)


@pytest.mark.parametrize(
    "tests",
    [
        "site/tests/test_stale_decisions.py",
        "site/tests/test_stale_pages.py",
        "site/tests/test_stale_races.py",
        "users/tests/test_half_logins.py",
    ],
)
def test_what_was_decided_stands_on_postgresql_as_on_sqlite(new_database, tests):
    assert_passes(tests, new_database())


def assert_passes(tests, database="", **environment):
    environment |= {"DATABASE_URL": database} if database else {}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", "--create-db", tests],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout
