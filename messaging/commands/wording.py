"""What the commands are for, in words: for the help and for completion."""

from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from rooms.models import Membership


class Explained(NamedTuple):
    """A command, examples of what is typed, and what it does."""

    name: str
    typed: tuple
    meaning: Any


EXPLAINED = [
    Explained("me", (_("/me waves"),), _("Says what you do: “Ana waves”.")),
    Explained("shrug", (_("/shrug why not"),), _("Adds a shrug to your text.")),
    Explained("topic", (_("/topic Lunch at one"),), _("Changes the topic of the room.")),
    Explained("invite", (_("/invite @ana @bruno"),), _("Adds people to the room.")),
    Explained(
        "remind",
        (
            _("/remind in 20 minutes Call Bruno"),
            _("/remind tomorrow at 15:00 Call Bruno"),
            _("/remind Monday Call Bruno"),
        ),
        _("Keeps a note for later and reminds you. As a reply without a text, of that message."),
    ),
]


def offered(membership: Membership, typed: str) -> list[Explained]:
    """Return the commands that the member may use and whose name begins with `typed`."""
    allowed = {"topic": membership.can_manage, "invite": membership.can_invite}
    key = typed.lower()
    return [
        each for each in EXPLAINED if each.name.startswith(key) and allowed.get(each.name, True)
    ]
