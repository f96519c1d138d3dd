"""What the page of imports shows: the imports, and the sources with their commands."""

from typing import NamedTuple

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .models import Import
from .writer.lease import is_alive

# The sources: what they are called, what one gets there, and the command.
_COMMAND = "python manage.py import {} --check"
SOURCES = [
    ("Slack", _("The zip that Slack or slackdump exports."), _COMMAND.format("slack export.zip")),
    (
        "Mattermost, Rocket.Chat",
        _("The zip of a bulk export; that of Rocket.Chat is made by mmetl."),
        _COMMAND.format("mattermost export.zip"),
    ),
    (
        "Discord",
        _("The folder or zip of JSON files that DiscordChatExporter writes."),
        _COMMAND.format("discord discord/"),
    ),
    (
        "Campfire",
        _("Its database, production.sqlite3."),
        _COMMAND.format("campfire production.sqlite3"),
    ),
    ("IRC", _("A folder or zip of log files."), _COMMAND.format("irc logs/")),
    (
        "Tertulia",
        _("The folder that its own export writes, or a zip of it."),
        _COMMAND.format("tertulia chat/"),
    ),
]
OPTIONS = [
    (
        "--people people.csv",
        _(
            "Who has an account here: one line each, with the name there and the username here."
            " The others become people who cannot log in."
        ),
    ),
    ("--rooms general,random", _("Only these rooms.")),
    ("--direct", _("Direct conversations as well.")),
    ("--files", _("The files in the archive as well. Without it, a line names each.")),
    ("--large", _("An archive that is larger than 2 GiB when it is unpacked.")),
    ("--as ana", _("The administrator who owns the new rooms.")),
]


class Shown(NamedTuple):
    """An Import as the page shows it. `state` is "running", "stopped" or "ended"."""

    run: Import
    state: str
    done: list[tuple[str, int]]
    skipped: list[tuple[str, int]]


def shown(run: Import) -> Shown:
    """Return `run` as a page in this language shows it; one whose process is gone has stopped."""
    if run.ended_at is None:
        state = "running" if is_alive(run) else "stopped"
    else:
        state = "stopped" if run.error else "ended"
    return Shown(run, state, _in_order(run.done), _in_order(run.skipped))


def _in_order(counts: dict[str, int]) -> list[tuple[str, int]]:
    return sorted(
        ((gettext(what), count) for what, count in counts.items() if count), key=_by_count
    )


def _by_count(pair: tuple[str, int]) -> int:
    return -pair[1]
