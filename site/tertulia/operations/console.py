"""Runs the commands of `manage.py`, with messages instead of tracebacks."""

import signal
import sys

from django.core.management import execute_from_command_line
from django.db import Error, OperationalError

from ..config import logging

# These run servers and log. The output of all other commands is their result.
SERVERS = {"work"}


def run(arguments):
    """Run the command that `arguments` name; report an unusable database in one sentence.

    A command that is interrupted cleans up and prints nothing.
    """
    if not SERVERS & set(arguments[1:2]):
        logging.use_standard_error()
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    try:
        execute_from_command_line(arguments)
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)
    except Error as error:
        sentence = fault_behind(error)
        if not sentence:
            raise
        sys.exit(sentence)


def fault_behind(error):
    """Return the database's fault as a sentence, or "" if the error is the command's own."""
    from . import health  # importing it needs settings

    if sentence := health.database_fault():
        return sentence
    if "locked" in str(error):
        return "The database is locked: another process is writing to it. Try again later."
    if isinstance(error, OperationalError):
        return f"The database could not do this: {str(error).partition('\n')[0]}."
    return ""


def counted(number, noun):
    """Return a number of things in English: "1 room", "2 rooms"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
