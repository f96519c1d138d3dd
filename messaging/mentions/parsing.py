"""Parse @name, @here, @room and #room before a message is saved."""

import re
from collections import defaultdict
from typing import NamedTuple

from django.db.models import Q
from django.urls import reverse

from rooms.models import Presence, Room
from users.models import User

from ..markdown.links import UNSPACED
from ..markdown.rendering import SIGNS_OF_NAMES, Mark, render_body
from .models import Mention
from .names import first_word, keys_of, names_of, rooms_named

MOST_PEOPLE = 20  # that a plain member can mention with @here or @room
HERE, ROOM = "here", "room"

_UNSPACED = re.compile(f"[{UNSPACED}]")


class Text(NamedTuple):
    """The rendered body of a message, and the ids of the users whom it mentions."""

    html: str
    mentioned: str = ""
    people: frozenset = frozenset()

    def calling(self, user_id):
        """Return this Text with a mention of one user more, as for whom a reply answers."""
        ids = dict.fromkeys([str(user_id), *self.mentioned.split()])
        return self._replace(mentioned=" ".join(ids), people=self.people | {user_id})


def read(room, author, body, called=frozenset()):
    """Return the Text of a message by `author` in `room`. Without "@" or "#" it runs no query.

    `called` are the ids of the users whom the message mentioned before it was edited: @here keeps
    them even if they are not present now.
    """
    if not SIGNS_OF_NAMES.search(body):
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
    """Resolves the names in one message to users and rooms, and collects the users."""

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

    def find(self, phrases):
        """Return {phrase: Mark} for the phrases that begin with a name.

        They are those of somebody who can see the room, after an "@", and of open rooms, with "#".
        """
        rooms = [phrase for phrase in phrases if phrase.startswith("#")]
        marks = self._room_links(rooms) if rooms else {}
        names = names_of(phrase for phrase in phrases if not phrase.startswith("#"))
        people = self._people_named(keys_of(names)) if names else {}
        found = {phrase: self._mark(phrase, names[phrase], people) for phrase in names}
        return marks | {phrase: mark for phrase, mark in found.items() if mark is not None}

    def _room_links(self, phrases):
        found = rooms_named(phrase[1:] for phrase in phrases)
        return {
            f"#{phrase}": Mark(typed, "", room.get_absolute_url()) for phrase, typed, room in found
        }

    def _mark(self, phrase, names, people):
        word = first_word(phrase)
        for name, key in names:
            if key in self.groups and (name == word or _UNSPACED.match(word, len(name))):
                return self._mark_group(name, key)
            if key in people:
                return self._mark_person(name, people[key])
        return None

    def _mark_person(self, name, person):
        if person is None:
            return None
        self._note({person.pk})
        return Mark(name, str(person.pk), reverse("users:person", args=[person.username]))

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
        """Return {folded name: User} for the users who can see the room.

        A username comes before a display name. A display name of two of them means None.
        """
        keys = keys - self.groups.keys()
        named = Q(username_key__in=keys) | Q(display_key__in=keys)
        people = list(User.objects.filter(named, is_active=True))
        seeing = _seeing(self.room, {person.pk for person in people})
        called = defaultdict(list)
        for person in people:
            if person.pk in seeing and person.display_key:
                called[person.display_key].append(person)
        by_display = {key: found[0] if len(found) == 1 else None for key, found in called.items()}
        usernames = {person.username_key: person for person in people if person.pk in seeing}
        return by_display | usernames

    def _people_here(self):
        here = Presence.objects.current().filter(
            room=self.room, user__is_active=True, user__is_bot=False
        )
        return _seeing(self.room, {*here.values_list("user", flat=True), *self.called})

    def _people_of_room(self):
        members = self.room.memberships.filter(user__is_active=True)
        return set(members.values_list("user", flat=True))

    def _may_call_many(self):
        membership = self.room.membership_of(self.author)
        return membership is not None and membership.can_moderate
