"""What each database does in its own way is tried on PostgreSQL as well, by the same tests."""

import os
import subprocess
import sys

from ..servers import ROOT


def test_messages_are_found_on_postgresql_as_on_sqlite(new_database):
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", "messaging/tests/test_search.py"],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": new_database()},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout
