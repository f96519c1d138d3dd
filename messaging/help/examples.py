"""What can be typed: examples of formatting, drawn as messages are, mentions and operators."""

from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from ..commands.wording import EXPLAINED
from ..markdown.rendering import render_body

_TYPED = [
    _("**bold**, *italic*, ***both***, ~~struck out~~"),
    _("Write `code` in a line, or between lines:\n```\nfor cup in table:\n    fill(cup)\n```"),
    _("> We meet at four.\n\nFine with me!"),
    _("- tea\n- cake\n  - with figs"),
    _("- [ ] buy tea\n- [x] lay the table"),
    _("# Large heading\n## Smaller heading"),
    _("| Who | Brings |\n| --- | ---: |\n| Ana | 2 cakes |\n| Bruno | 12 cups |"),
    _("[our plan](https://example.org/plan) or https://example.org"),
    _("Done :tada: :+1:"),
    _("5*3*2, snake_case and #1 stay as they are."),
]


class Example(NamedTuple):
    """What is typed, and the HTML of it."""

    typed: str
    html: str


def examples():
    """Return the Examples in the language of the reader."""
    return [Example(str(typed), render_body(str(typed))) for typed in _TYPED]


class Signs(NamedTuple):
    """What can be typed, and what it means."""

    typed: tuple
    meaning: str


MENTIONS = [
    Signs(
        ("@ana",),
        _("Calls Ana, by username or display name. She is notified if she can see the room."),
    ),
    Signs(("@here",), _("Calls everybody who has the room open.")),
    Signs(
        ("@room",),
        _("Calls every member of the room. In large rooms only moderators can."),
    ),
    Signs(("#lobby",), _("Links to a public room.")),
]
OPERATORS = [
    Signs((_("“two words”"),), _("These words, whole and in this order.")),
    Signs(
        ("from:ana", 'from:"Ana María"', "from:me"),
        _("Written by this person: username or display name."),
    ),
    Signs(
        ("in:lobby", "in:@ana"),
        _("In this room, or in your direct messages with this person."),
    ),
    Signs(
        ("before:2026-11-20", "after:2026-11-20", "after:yesterday"),
        _("Before or after that day, in your time zone. The day itself is left out."),
    ),
    Signs(("has:link",), _("With a link.")),
]


def context():
    """Return the variables of the page, in the language of the reader."""
    return {
        "examples": examples(),
        "mentions": MENTIONS,
        "commands": EXPLAINED,
        "operators": OPERATORS,
    }
