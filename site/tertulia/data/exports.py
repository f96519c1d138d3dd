"""Exports messages as JSON, HTML or CSV. The README documents the formats.

Each function yields pieces of text and keeps only a few messages in memory. The only database keys
in an export are message ids, so a restored site exports the same.
"""

import csv
import json
import unicodedata
from collections import defaultdict
from datetime import datetime
from io import StringIO

from django.template.loader import render_to_string
from django.utils import timezone, translation

from messaging.markdown.tokens import is_visible
from messaging.message.representation import represent, represent_own
from messaging.models import Message, Reaction, Saved, Scheduled
from messaging.notifications.quiet.state import represent_settings
from rooms.models import Membership, Room
from rooms.titles.names import for_outsiders
from users.avatars.queries import represent_avatar
from users.bots.queries import represent_bots
from users.models import User, Workspace
from users.status.current import represent_status
from users.tokens.queries import represent_tokens

FORMAT = 1
OF_MEMBERSHIP = ("role", "joined_at", "notification_level", "push_level")  # in one's own data
MESSAGES_AT_A_TIME = 500
COLUMNS = ["position", "id", "author", "created_at", "edited_at", "deleted_at", "reply_to", "body"]
# Characters with which a spreadsheet formula begins, in all width and height variants
# (https://owasp.org/www-community/attacks/CSV_Injection); NFKC does not map the minus sign to "-".
FORMULA_SIGNS = set("=+-@\u2212")
QUOTES = set("\"'`´‘’‚‛“”„‟«»‹›＂＇")
BYTE_ORDER_MARK = "\ufeff"  # without it, Excel decodes the file in a legacy code page


def workspace_json(database="default"):
    """Yield the workspace as JSON: name, people, rooms, and the file of each room."""
    workspace = Workspace.objects.using(database).first()
    rooms = list(Room.objects.using(database).order_by("pk"))
    titles = for_outsiders(rooms, database)
    people = User.objects.using(database).order_by("pk")
    yield _opening(
        workspace=_values(workspace, "name", "signup", "language", "time_zone", "created_at"),
        rooms=[{"file": room_file(room), **_room(room, titles)} for room in rooms],
    )
    yield from _list("people", (_person(person) for person in people.iterator(1000)))


def room_file(room):
    """Return the path of the room's export, relative to workspace.json."""
    return f"rooms/{room.pk}.json"


def room_json(room, database="default"):
    """Yield a room as JSON, with its members and messages."""
    memberships = Membership.objects.using(database).filter(room=room).select_related("user")
    members = [
        {"username": membership.user.username, **_values(membership, "role", "joined_at")}
        for membership in memberships.order_by("pk")
    ]
    titles = for_outsiders([room], database)
    yield _opening(room=_room(room, titles), members=members)
    yield from _list("messages", _of_batches(_batches(_of_room(room, database), "position")))


def person_json(person):
    """Yield a user's own data as JSON: profile, memberships, saved, scheduled, posted messages.

    Direct rooms without messages are left out: nobody but who opened one may know of it.
    """
    memberships = Membership.objects.filter(user=person).select_related("room").order_by("pk")
    titles = for_outsiders([membership.room for membership in memberships])
    rooms = [
        {**_room(membership.room, titles), **_values(membership, *OF_MEMBERSHIP)}
        for membership in memberships
        if membership.room.has_begun
    ]
    scheduled = [
        {"room": row.room and row.room.slug, **_values(row, "body", "send_at", "created_at")}
        for row in Scheduled.objects.of(person).unsent().select_related("room")
    ]
    saved = [_saved(each) for each in _saved_by(person)]
    own = {"saved": saved, "scheduled": scheduled, **represent_own(person)}
    own |= {"notifications": represent_settings(person)}
    own |= {**represent_avatar(person), **represent_status(person)}
    own |= {**represent_tokens(person), **represent_bots(person)}
    yield _opening(person=_person(person), rooms=rooms, **own)
    written = Message.objects.filter(author=person).select_related("author", "room")
    messages = ({"room": message.room.slug, **represent(message)} for message in _by_key(written))
    yield from _list("messages", messages)


def _saved_by(person):
    """Return what a user saved for later; `message` is None if they cannot see it any more."""
    rows = list(Saved.objects.filter(user=person).order_by("pk"))
    ids = [saved.message_id for saved in rows]
    messages = Message.objects.visible_to(person).select_related("room").in_bulk(ids)
    return [(saved, messages.get(saved.message_id)) for saved in rows]


def _saved(pair):
    saved, message = pair
    room = message.room.slug if message is not None else None
    times = _values(saved, "saved_at", "remind_at", "done_at")
    return {"room": room, "id": saved.message_id, **times}


def room_csv(room):
    """Yield the room's messages as CSV; formulas are escaped as text."""
    yield BYTE_ORDER_MARK + _line(COLUMNS)
    for message in _messages(_of_room(room)):
        values = represent(message)
        yield _line([_plain(values.get(column)) for column in COLUMNS])


def room_html(room, language, zone):
    """Yield the room's messages as one self-contained HTML page."""
    page = {"room": room}
    yield _drawn("operations/exported_room_head.html", page, language, zone)
    for messages in _batches(_of_room(room), "position"):
        page = {"messages": messages}
        yield _drawn("operations/exported_messages.html", page, language, zone)
    yield _drawn("operations/exported_room_tail.html", {}, language, zone)


def _of_batches(batches):
    """Yield the messages of a room for its export, with who reacted to them."""
    for messages in batches:
        people = names_of_reactions(messages)
        for message in messages:
            shown = represent(message)
            for reaction in shown.get("reactions", []):
                reaction["people"] = people.get((message.pk, reaction["emoji"]), [])
            yield shown


def names_of_reactions(messages):
    """Return {(message id, emoji): usernames in the order of their reactions}, in one query."""
    ids = [message.pk for message in messages if message.extras.get("reactions")]
    names = defaultdict(list)
    if ids:
        rows = Reaction.objects.using(messages[0]._state.db).filter(message__in=ids).order_by("pk")
        for message_id, emoji, name in rows.values_list("message_id", "emoji", "user__username"):
            names[message_id, emoji].append(name)
    return names


def _of_room(room, database="default"):
    return Message.objects.using(database).filter(room=room).for_display()


def _messages(messages):
    for batch in _batches(messages, "position"):
        yield from batch


def _by_key(messages):
    for batch in _batches(messages, "pk"):
        yield from batch


def _batches(messages, key):
    """Yield lists of messages ordered by `key`, with one query per list."""
    last = 0
    while batch := list(messages.filter(**{f"{key}__gt": last}).order_by(key)[:MESSAGES_AT_A_TIME]):
        yield batch
        last = getattr(batch[-1], key)


def _room(room, titles):
    values = _values(room, "slug", "topic", "kind", "created_at", "archived_at")
    return {"slug": values.pop("slug"), "name": titles[room.pk], **values}


def _person(person):
    names = ("username", "email", "display_name", "language", "time_zone", "date_joined")
    return _values(person, *names, "is_administrator", "is_active", "is_bot")


def _values(thing, *names):
    return {name: _plain_json(getattr(thing, name)) for name in names}


def _plain_json(value):
    return value.isoformat() if isinstance(value, datetime) else value


def _opening(**parts):
    """Return the beginning of an object, up to where its list follows."""
    lines = [f"{json.dumps(name)}: {_json(value)}" for name, value in parts.items()]
    return "{" + ",\n".join([f'"format": {FORMAT}', *lines])


def _list(name, entries):
    """Yield the list that ends the object, one entry per line."""
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
    # Quote every cell: some spreadsheets split cells at semicolons, too.
    csv.writer(line, quoting=csv.QUOTE_ALL).writerow(cells)
    return line.getvalue()


def _plain(value):
    """Return the text as a cell that no spreadsheet interprets as a formula."""
    return f"'{value}" if isinstance(value, str) and _is_formula(value) else value


def _is_formula(text):
    """Return True if `text` begins with a formula character after blanks, marks and quotes."""
    if text.startswith(("\t", "\r", "\n")):
        return True
    seen = (letter for letter in text if is_visible(letter) and letter not in QUOTES)
    return unicodedata.normalize("NFKC", next(seen, " "))[0] in FORMULA_SIGNS


def _drawn(template, page, language, zone):
    with translation.override(language), timezone.override(zone):
        return render_to_string(template, {"language": language, **page})
