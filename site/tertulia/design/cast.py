"""Sample people, rooms and messages: never saved, so that rendering them needs no query.

They are created with the product's own models and formatting.
"""

from copy import copy
from datetime import UTC, datetime, timedelta
from itertools import count

from messaging.conversation.history import Window
from messaging.markdown.rendering import render_body
from messaging.message.forms import ComposerForm
from messaging.models import Message
from messaging.replies.excerpts import stored_reply
from rooms.models import Membership, Room, RoomInvitation
from users.audit import Act, AuditEntry
from users.models import Invitation, LoginLink, User, Workspace

NOON = datetime(2026, 11, 20, 12, 4, tzinfo=UTC)
LONG_WORD = "Supercalifragilisticexpialidocious" * 12
ARABIC = "مرحبا بالجميع، نلتقي يوم الخميس في المكان المعتاد."
NOT_YET_SENT = "This was typed while the connection was away, and is sent when it is back."
TOO_LONG = "Make this shorter: it has 8,001 characters, and 8,000 is the most."

workspace = Workspace(pk=1, name="Casa de la Tertulia", signup=Workspace.Signup.OPEN)

ana = User(pk=1, username="ana", email="ana@example.com", display_name="Ana", is_administrator=True)
bruno = User(pk=2, username="bruno", email="bruno@example.com", display_name="Bruno Monteiro")
eve = User(pk=3, username="eve", email="eve@example.com", is_active=False)
layla = User(pk=4, username="layla", email="layla@example.com", display_name="ليلى")
max_long = User(
    pk=5,
    username="maximiliana.fernandez",
    email="maximiliana@example.com",
    display_name="Maximiliana Fernández Rodríguez de la Cruz y Santiago",
)
people = [ana, bruno, layla, max_long]
bot = User(pk=6, username="ci", display_name="Our CI", is_bot=True, owner=bruno)


def room(pk, name, slug, **fields):
    fields = {"last_position": 12, "revision": 12} | fields
    made = Room(pk=pk, name=name, name_key=slug, slug=slug, **fields)
    made.member_count = 3
    return made


lobby = room(1, "Lobby", "lobby", topic="Coffee at four, in the kitchen")
den = room(2, "Den", "den", kind=Room.Kind.CLOSED)
attic = room(3, "Attic", "attic", archived_at=NOON)
long_room = room(
    4, "A room whose name goes on and on, like its talk does", "long", topic="Words, words " * 14
)
majlis = room(5, "مجلس الخميس", "majlis", topic="نتحدث هنا")
direct = room(6, "", "direct-1-2", kind=Room.Kind.DIRECT)
notes = room(12, "", "notes", kind=Room.Kind.DIRECT)
empty_room = room(7, "Just made", "just-made", last_position=0, revision=0)
den.member_count, long_room.member_count = 1, 1204
rooms = [lobby, den, attic, long_room, majlis]
other_rooms = [
    room(8, "Kitchen", "kitchen", topic="What there is to eat"),
    room(9, "Garden", "garden"),
    room(10, "Workshop", "workshop"),
    room(11, "Library", "library"),
]

_membership_numbers = count(1)


def membership(user, room, role=Membership.Role.MEMBER, unread=0, calls=0, room_muted=False):
    settings = {"role": role, "room_muted": room_muted}
    made = Membership(pk=next(_membership_numbers), user=user, room=room, **settings)
    made.unread, made.calls = unread, calls
    if room.is_direct:
        made.other_names = bruno.name
    return made


owner = membership(ana, lobby, Membership.Role.OWNER)
member = membership(bruno, lobby)
moderator = membership(layla, lobby, Membership.Role.MODERATOR)
others = [owner, moderator, member, membership(max_long, lobby)]


def memberships(user):
    """Return the memberships of `user` as the sidebar lists them."""
    return [
        membership(user, lobby),
        membership(user, den, unread=3, calls=1),
        membership(user, long_room, unread=128),
        membership(user, majlis, unread=5, calls=2, room_muted=True),
        membership(user, direct, unread=1, calls=1),
    ]


_message_numbers = count(9_000_001)


def message(body, author=bruno, minutes=0, **fields):
    """Return a message with revision 0, which no stored message has."""
    pk = next(_message_numbers)
    usual = {
        "room": lobby,
        "body_html": render_body(body),
        "position": pk - 9_000_000,
        "opens_day": False,
        "created_at": NOON + timedelta(minutes=minutes),
    }
    return Message(pk=pk, author=author, body=body, revision=0, **usual | fields)


own = message("The kettle is on. Who is coming at four?", ana)
bots_message = message("Build 71 is green.", bot)
others_message = message("I am, and I bring the *biscotti* from the corner.", opens_day=True)
continued = message("With almonds, this time.", minutes=1, continues=True)
edited = message("Make that **half past** four.", ana, edited_at=NOON)
deleted = message("", layla, deleted_at=NOON)
rich = message(
    "> Who keeps the key?\n\nIt is in the drawer:\n\n1. take `key`\n2. bring it back\n\n"
    "See https://example.com/a/very/long/address?with=many&parameters=that+go+on+and+on\n\n"
    "- ~~left~~ right\n- straight on\n\n---\n\n[the plan](https://example.com/plan)",
    layla,
)
code = message(
    "```python\ndef open_door(key):\n    return door.open(key, slowly=True)"
    "  # " + "a comment wider than the page " * 6 + "\n```"
)
long_message = message(
    ("We have talked about this before, and shall again. " * 30) + "\n\n" + LONG_WORD, max_long
)
right_to_left = message(ARABIC + "\n\nAnd a line from left to right.", layla)
action = message("/me waves and *bows*", layla)
emoji = message("👋🏽 🎉 👩‍👩‍👧‍👦", layla)


def reply_to(answered, body, author=bruno, **fields):
    return message(
        body, author, reply_to=answered, extras={"reply": stored_reply(answered)}, **fields
    )


reply = reply_to(own, "Count me in.", layla)
reply_to_long = reply_to(long_message, "All of that?")
reply_to_right_to_left = reply_to(right_to_left, "See you there.", max_long)
reply_to_deleted = reply_to(deleted, "What was that?")

talk = [
    *(others_message, continued, own, edited, reply, deleted, rich, code, right_to_left, emoji),
]


def elsewhere(message):
    """Return a copy of `message` with its room's name, for pages outside the room."""
    shown = copy(message)
    shown.room_title = message.room.name
    return shown


def composer(body=""):
    """Return the composer's form with `body` filled in."""
    return ComposerForm(initial={"nonce": "n", "body": body})


def window(messages=talk, **fields):
    """Return a Window of the newest messages; `fields` override its attributes."""
    last = messages[-1].position if messages else 0
    fields = {"revision": 12, "last_position": last, "read_position": last, "is_now": True} | fields
    fields.setdefault("unread", max(fields["last_position"] - (fields["read_position"] or 0), 0))
    return Window(list(messages), **fields)


invitations = [
    Invitation(pk=1, note="The Silvas", created_by=ana, expires_at=NOON, uses_left=2),
    Invitation(pk=2, note="", created_by=bruno, uses_left=1),
    Invitation(pk=3, note=LONG_WORD[:80], created_by=None),
]
for invitation in invitations[1:]:
    Invitation.into.related.set_cached_value(invitation, None)
RoomInvitation(invitation=invitations[0], room=lobby)  # so that it is `invitations[0].into`
login_link = LoginLink(pk=1, user=bruno, created_by=ana, expires_at=NOON, uses_left=1)


def audit_entry(pk, act, actor, person, room="", detail=""):
    named = {"room_number": 1, "room_name": room, "detail": detail}
    return AuditEntry(pk=pk, act=act, actor=actor, person=person, at=NOON, **named)


audit_entries = [
    audit_entry(1, Act.MESSAGE_DELETED, ana, bruno, "Lobby"),
    audit_entry(2, Act.MEMBER_MUTED, layla, max_long, "Lobby", "60 min. Shouting"),
    audit_entry(3, Act.ROOM_ARCHIVED, ana, None, "Attic"),
]
