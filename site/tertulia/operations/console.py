"""Run `manage.py`'s commands for people who read no tracebacks."""

import signal
import sys

from django.core.management import execute_from_command_line
from django.db import Error, OperationalError

from ..config import logging

# These serve, and log as a server does; the output of all others is their result.
SERVERS = {"work"}


def run(arguments):
    """Run the command that `arguments` name. A database that cannot be used ends in a sentence.

    A command that is stopped from outside tidies up behind itself and says nothing.
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
    """Return what is wrong with the database, as a sentence, or "" if the command is at fault."""
    from . import health  # which can be imported once the settings are read

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
