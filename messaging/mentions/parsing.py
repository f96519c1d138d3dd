"""Parse @username, @here and @room before a message is saved."""

import re
from typing import NamedTuple

from django.urls import reverse

from core.text import fold
from rooms.models import Presence, Room
from users.models import User

from ..markdown.links import UNSPACED
from ..markdown.rendering import AT, Mark, render_body
from .models import Mention

MOST_WORDS = 50  # in one message; further ones stay plain text
MOST_PEOPLE = 20  # that a plain member can mention with @here or @room
HERE, ROOM = "here", "room"

# Where a name can end within a word: @bruno.Thanks, @bruno--thanks, but not @bruno-san; between a
# script with spaces and one without, and after two letters of a script without spaces.
_END_OF_NAME = re.compile(
    rf"[.-]{{2,}}|\.|_+\Z"
    rf"|(?<=[{UNSPACED}])(?=[^\W{UNSPACED}])|(?<=[^\W{UNSPACED}])(?=[{UNSPACED}])"
    rf"|(?<=[{UNSPACED}][{UNSPACED}])(?=[{UNSPACED}])"
)
_LONGEST_NAME = User._meta.get_field("username").max_length
_MOST_ENDS = 12  # in one word
_UNSPACED = re.compile(f"[{UNSPACED}]")


class Text(NamedTuple):
    """The rendered body of a message, and the ids of the users whom it mentions."""

    html: str
    mentioned: str = ""
    people: frozenset = frozenset()


def read(room, author, body, called=frozenset()):
    """Return the Text of a message by `author` in `room`. Without an "@" it runs no query.

    `called` are the ids of the users whom the message mentioned before it was edited: @here keeps
    them even if they are not present now.
    """
    if not AT.search(body):
        return Text(render_body(body))
    caller = _Caller(room, author, called)
    html = render_body(body, caller.find)
    return Text(html, caller.mentioned, frozenset(caller.people))


def read_again(room, texts):
    """Return `texts` without the users who cannot see `room` any more; needs the room's lock.

    Texts are parsed before the lock is taken, so a mentioned user may have lost access since.
    """
    called = frozenset().union(*(text.people for text in texts))
    if not called:
        return texts
    gone = called - _seeing(room, called)
    return [_without(text, gone) if text.people & gone else text for text in texts]


def _without(text, gone):
    ids = {str(pk) for pk in gone}
    mentioned = " ".join(word for word in text.mentioned.split() if word not in ids)
    return text._replace(mentioned=mentioned, people=text.people - gone)


def _seeing(room, user_ids):
    """Return those of `user_ids` who are active and can see `room`."""
    pairs = Room.objects.visible_pairs([room.pk], user_ids) if user_ids else set()
    return {user_id for _room_id, user_id in pairs}


def store(texts):
    """Store the mentions of `texts`, [(message, Text)]. Must run in a transaction."""
    mentions = [
        Mention(message=message, user_id=pk, room_id=message.room_id, position=message.position)
        for message, text in texts
        for pk in text.people
    ]
    if mentions:
        Mention.objects.bulk_create(mentions, batch_size=1000)


def store_again(message, text):
    """Update an edited message's mentions, and keep the rows that still apply."""
    called = set(message.mentions.values_list("user_id", flat=True))
    message.mentions.filter(user__in=called - text.people).delete()
    store([(message, text._replace(people=text.people - called))])


class _Caller:
    """Resolves the words after an "@" in one message to users, and collects them."""

    def __init__(self, room, author, called):
        self.room, self.author, self.called = room, author, called
        self.people = set()  # authors do not mention themselves
        self.groups = {HERE: self._people_here, ROOM: self._people_of_room}
        self._by_name = set()
        self._is_everybody = False

    @property
    def mentioned(self):
        """The value of `Message.mentioned`, short even if a room has a thousand members."""
        ids = map(str, sorted(self._by_name - {self.author.pk}))
        return " ".join([*ids, *([ROOM] if self._is_everybody else [])])

    def find(self, words):
        """Return {word: Mark} for the words that mention somebody who can see the room."""
        words = words[:MOST_WORDS]
        names = {word: [(name, fold(name)) for name in names_in(word)] for word in words}
        people = self._people_named({key for found in names.values() for _name, key in found})
        marks = {word: self._mark(word, found, people) for word, found in names.items()}
        return {word: mark for word, mark in marks.items() if mark is not None}

    def _mark(self, word, names, people):
        for name, key in names:
            if key in self.groups and (name == word or _UNSPACED.match(word, len(name))):
                return self._mark_group(name, key)
            person = people.get(key)
            if person is not None:
                self._note({person.pk})
                address = reverse("users:person", args=[person.username])
                return Mark(name, str(person.pk), address)
        return None

    def _mark_group(self, name, group):
        people = self.groups[group]()
        if len(people) > MOST_PEOPLE and not self._may_call_many():
            return None
        self._note(people, is_everybody=group == ROOM)
        return Mark(name, group)

    def _note(self, people, is_everybody=False):
        self.people |= people - {self.author.pk}
        if is_everybody:
            self._is_everybody = True
        else:
            self._by_name |= people

    def _people_named(self, keys):
        """Return {folded username: User} for the users who can see the room."""
        people = User.objects.filter(username_key__in=keys - self.groups.keys(), is_active=True)
        seeing = _seeing(self.room, {person.pk for person in people})
        return {person.username_key: person for person in people if person.pk in seeing}

    def _people_here(self):
        here = Presence.objects.current().filter(room=self.room, user__is_active=True)
        return _seeing(self.room, {*here.values_list("user", flat=True), *self.called})

    def _people_of_room(self):
        members = self.room.memberships.filter(user__is_active=True)
        return set(members.values_list("user", flat=True))

    def _may_call_many(self):
        membership = self.room.membership_of(self.author)
        return membership is not None and membership.can_moderate


def names_in(word):
    """Return the possible usernames at the beginning of `word`, longest first."""
    ends = [match.start() for match in _END_OF_NAME.finditer(word)][:_MOST_ENDS]
    return [word[:end] for end in [len(word), *reversed(ends)] if 0 < end <= _LONGEST_NAME]
