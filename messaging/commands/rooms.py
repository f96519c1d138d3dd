"""Commands on the room: its topic, and inviting people."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import throttling
from rooms.actions import Banned, change_room, join_room
from rooms.forms import InviteForm, SettingsForm

from .registry import COMMANDS, Asked

MAX_INVITED = 10  # people in one command


def topic(asked: Asked) -> str:
    """Change the topic of the room, by the rights and the form of its settings.

    Without a text, say what it is: a slip of the finger must not delete it.
    """
    room, form = asked.membership.room, asked.form
    if not asked.rest.strip():
        return _topic_of(room.topic)
    if not asked.membership.can_manage:
        return _refuse(form, _("Only the owners of this room can change its topic."), "forbidden")
    field = SettingsForm.base_fields["topic"]
    try:
        text = field.clean(asked.rest)
    except ValidationError as error:
        form.add_error("body", error)
        return ""
    if not throttling.allow(form, "room settings", asked.membership.user, field="body"):
        return ""
    try:
        change_room(room, asked.membership.user, topic=text)
    except PermissionDenied:  # lost just now
        return _refuse(form, _("Only the owners of this room can change its topic."), "forbidden")
    return _topic_of(text)


def _topic_of(text: str) -> str:
    if not text:
        return _("This room has no topic. Write it after /topic.")
    return _("The topic is: %(topic)s") % {"topic": text}


def invite(asked: Asked) -> str:
    """Add the people named to the room, with the rights and refusals of its page of people.

    If one of them cannot be added, nobody is, and all the reasons are said.
    """
    membership, form = asked.membership, asked.form
    if not membership.can_invite:
        return _refuse(form, _("You can't invite people to this room."), "forbidden")
    names = list(dict.fromkeys(asked.rest.replace(",", " ").split()))
    if not names:
        return _refuse(form, _("Write whom to invite: /invite @ana"), "required")
    if len(names) > MAX_INVITED:
        sentence = _("Invite at most %(number)d people at once.") % {"number": MAX_INVITED}
        return _refuse(form, sentence, "too_many")
    people = _people_named(names, asked)
    if form.errors:
        return ""
    for _person in people:
        if not throttling.allow(form, "invite", membership.user, field="body"):
            return ""
    return _add(people, asked)


def _people_named(names: list[str], asked: Asked) -> list:
    """Return the users of these names, each once; add the errors to the form."""
    people = {}
    for name in names:
        invitation = InviteForm(asked.membership.room, {"username": name})
        if invitation.is_valid():
            person = invitation.cleaned_data["username"]
            people[person.pk] = person
            continue
        for error in invitation.errors["username"]:
            _refuse(asked.form, f"@{name.removeprefix('@')[:60]}: {error}", "invalid")
    return list(people.values())


def _add(people: list, asked: Asked) -> str:
    room, user = asked.membership.room, asked.membership.user
    added = []
    for person in people:
        try:
            join_room(room, person, by=user)
            added.append(person.name)
        except Banned:
            _refuse(
                asked.form, f"@{person.username}: {InviteForm.error_messages['banned']}", "banned"
            )
        except PermissionDenied:  # lost just now
            _refuse(asked.form, _("You can't invite people to this room."), "forbidden")
            break
    if asked.form.errors:
        return ""
    names = ", ".join(added)
    return ngettext(
        "%(names)s is in this room now.", "%(names)s are in this room now.", len(added)
    ) % {"names": names}


def _refuse(form, sentence, code):
    form.add_error("body", ValidationError(sentence, code=code))
    return ""


COMMANDS["topic"] = topic
COMMANDS["invite"] = invite
