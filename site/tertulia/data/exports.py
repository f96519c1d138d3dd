"""What was said, to be taken elsewhere: documented JSON, a page, or a table. README says the shape.

Each function gives pieces of text and keeps a few messages in memory, whatever a room holds. In
them no key of the database stands but a message's id, so a restored site exports the same.
"""

import csv
import json
import unicodedata
from datetime import datetime
from io import StringIO

from django.template.loader import render_to_string
from django.utils import timezone, translation

from messaging.markdown.tokens import is_visible
from messaging.message.representation import represent
from messaging.models import Message
from rooms.models import Membership, Room
from users.models import User, Workspace

FORMAT = 1
MESSAGES_AT_A_TIME = 500
COLUMNS = ["position", "id", "author", "created_at", "edited_at", "deleted_at", "body"]
# What a spreadsheet takes for the beginning of a formula, in whatever width or height
# (https://owasp.org/www-community/attacks/CSV_Injection); the minus sign has no other form of "-".
FORMULA_SIGNS = set("=+-@\u2212")
QUOTES = set("\"'`´‘’‚‛“”„‟«»‹›＂＇")
BYTE_ORDER_MARK = "\ufeff"  # without it, Excel reads UTF-8 as the letters of some code page


def workspace_json(database="default"):
    """Give the workspace: its name, its people, its rooms, and the file of each room."""
    workspace = Workspace.objects.using(database).first()
    rooms = Room.objects.using(database).order_by("pk")
    people = User.objects.using(database).order_by("pk")
    yield _opening(
        workspace=_values(workspace, "name", "signup", "language", "time_zone", "created_at"),
        rooms=[{"file": room_file(room), **_room(room)} for room in rooms],
    )
    yield from _list("people", (_person(person) for person in people.iterator(1000)))


def room_file(room):
    """Return where the room is exported to, beside workspace.json."""
    return f"rooms/{room.pk}.json"


def room_json(room, database="default"):
    """Give a room with its people and all that was said in it."""
    memberships = Membership.objects.using(database).filter(room=room).select_related("user")
    members = [
        {"username": membership.user.username, **_values(membership, "role", "joined_at")}
        for membership in memberships.order_by("pk")
    ]
    yield _opening(room=_room(room), members=members)
    yield from _list("messages", map(represent, _messages(_of_room(room, database))))


def person_json(person):
    """Give what a person has told of themselves, where they belong, and all that they wrote."""
    memberships = Membership.objects.filter(user=person).select_related("room").order_by("pk")
    rooms = [
        {**_room(membership.room), **_values(membership, "role", "joined_at")}
        for membership in memberships
    ]
    yield _opening(person=_person(person), rooms=rooms)
    written = Message.objects.filter(author=person).select_related("author", "room")
    messages = ({"room": message.room.slug, **represent(message)} for message in _by_key(written))
    yield from _list("messages", messages)


def room_csv(room):
    """Give a table of all that was said; what a spreadsheet would compute is marked as text."""
    yield BYTE_ORDER_MARK + _line(COLUMNS)
    for message in _messages(_of_room(room)):
        values = represent(message)
        yield _line([_plain(values[column]) for column in COLUMNS])


def room_html(room, language, zone):
    """Give a page of all that was said, which needs nothing else to be read."""
    page = {"room": room}
    yield _drawn("operations/exported_room_head.html", page, language, zone)
    for messages in _batches(_of_room(room), "position"):
        page = {"messages": messages}
        yield _drawn("operations/exported_messages.html", page, language, zone)
    yield _drawn("operations/exported_room_tail.html", {}, language, zone)


def _of_room(room, database="default"):
    return Message.objects.using(database).filter(room=room).select_related("author")


def _messages(messages):
    for batch in _batches(messages, "position"):
        yield from batch


def _by_key(messages):
    for batch in _batches(messages, "pk"):
        yield from batch


def _batches(messages, key):
    """Give lists of messages in the order of `key`, each by a query of its own."""
    last = 0
    while batch := list(messages.filter(**{f"{key}__gt": last}).order_by(key)[:MESSAGES_AT_A_TIME]):
        yield batch
        last = getattr(batch[-1], key)


def _room(room):
    return _values(room, "slug", "name", "topic", "kind", "created_at", "archived_at")


def _person(person):
    names = ("username", "email", "display_name", "language", "time_zone", "date_joined")
    return _values(person, *names, "is_administrator", "is_active")


def _values(thing, *names):
    return {name: _plain_json(getattr(thing, name)) for name in names}


def _plain_json(value):
    return value.isoformat() if isinstance(value, datetime) else value


def _opening(**parts):
    """Return the first lines of an object, open for a list to follow."""
    lines = [f"{json.dumps(name)}: {_json(value)}" for name, value in parts.items()]
    return "{" + ",\n".join([f'"format": {FORMAT}', *lines])


def _list(name, entries):
    """Give the list that ends the object, an entry a line."""
    yield f",\n{json.dumps(name)}: ["
    comma = "\n"
    pieces = []
    for entry in entries:
        pieces.append(comma + _json(entry))
        comma = ",\n"
        if len(pieces) == MESSAGES_AT_A_TIME:
            yield "".join(pieces)
            pieces.clear()
    yield "".join([*pieces, "\n]}\n"])


def _json(value):
    return json.dumps(value, ensure_ascii=False)


def _line(cells):
    line = StringIO()
    # All in quotation marks: where semicolons divide cells, one in a text must not.
    csv.writer(line, quoting=csv.QUOTE_ALL).writerow(cells)
    return line.getvalue()


def _plain(value):
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{value}" if isinstance(value, str) and _is_formula(value) else value


def _is_formula(text):
    """Return True if `text` begins with a sign of a formula, behind blanks, marks and quotes."""
    if text.startswith(("\t", "\r", "\n")):
        return True
    seen = (letter for letter in text if is_visible(letter) and letter not in QUOTES)
    return unicodedata.normalize("NFKC", next(seen, " "))[0] in FORMULA_SIGNS


def _drawn(template, page, language, zone):
    with translation.override(language), timezone.override(zone):
        return render_to_string(template, {"language": language, **page})
