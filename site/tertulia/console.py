"""Run `manage.py`'s commands for people who read no tracebacks."""

import sys

from django.core.management import execute_from_command_line
from django.db import DatabaseError

from . import logs

# These serve, and log as a server does; the output of all others is their result.
SERVERS = {"work"}


def run(arguments):
    """Run the command that `arguments` name. A database that cannot be used ends in a sentence."""
    if not SERVERS & set(arguments[1:2]):
        logs.use_standard_error()
    try:
        execute_from_command_line(arguments)
    except DatabaseError:
        from . import health  # which can be imported once the settings are read

        sentence = health.database_fault()
        if not sentence:
            raise
        sys.exit(sentence)


def counted(number, noun):
    """Return a number of things in English: "1 room", "2 rooms"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
