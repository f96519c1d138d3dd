"""`manage.py demo`: creates a small workspace with sample messages.

It uses the same actions as the views, and then moves all dates into the past. The people, rooms
and messages are in demo.toml, beside this folder.
"""

import tomllib
from datetime import datetime, time, timedelta
from io import BytesIO
from pathlib import Path

from django.core.checks import Tags
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from core.emoji.table import key_of
from files import actions as files
from files.pictures import draw_preview
from messaging.attachments.models import Attachment
from messaging.message import actions
from messaging.models import Message, Preview, Version
from messaging.pins.actions import pin_message
from messaging.previews.snapshots import KEY, snapshot_of
from messaging.reactions.actions import add_reaction
from rooms.actions import change_role, create_room, join_room, mark_read
from rooms.direct.actions import open_direct_room
from rooms.models import Membership, Room
from users.actions import set_up_workspace
from users.avatars.actions import set_avatar
from users.languages import workspace_time_zone
from users.models import User, Workspace
from users.status.actions import set_status

from ..scenes import scene

SCRIPT = Path(__file__).resolve().parent.parent / "demo.toml"
PASSWORD = "come in and talk"


class Command(BaseCommand):
    help = "Fill an empty installation with a sample workspace."
    requires_system_checks = (Tags.security,)  # to check each template would take ten seconds

    def add_arguments(self, parser):
        parser.add_argument(
            "--once", action="store_true", help="do nothing if there is a workspace"
        )
        parser.add_argument(
            "--at", type=datetime.fromisoformat, help="the end of the conversations, in ISO 8601"
        )

    def handle(self, *, once, at=None, **options):
        if Workspace.current() is None:
            script = tomllib.loads(SCRIPT.read_text(encoding="utf-8"))
            with transaction.atomic():
                now = at or timezone.now()
                people = invite(script, now)
                for room in script["rooms"]:
                    furnish(room, people, now)
        elif not once:
            raise CommandError("There is a workspace here already: the demo makes its own.")
        if User.objects.filter(username="ana", email="ana@example.com").exists():
            self.stdout.write(
                "Log in as ana, bruno, carmen, davi (in Portuguese), elena (in Spanish) or farid;"
                f' the password is "{PASSWORD}".'
            )


def invite(script, now):
    """Create the workspace and its users; return {username: User}."""
    first, *others = script["people"]
    people = {
        first["username"]: set_up_workspace(
            script["name"], Workspace.Signup.OPEN, first["username"], first["email"], PASSWORD
        )
    }
    for person in others:
        people[person["username"]] = User.objects.create_user(
            person["username"], person["email"], PASSWORD
        )
    for person in script["people"]:
        user = people[person["username"]]
        user.display_name = person["name"]
        user.language = person.get("language", "")
        user.date_joined = moment(script["since"], now)
        user.save(update_fields=["display_name", "language", "date_joined"])
        introduce(user, person)
    return people


def introduce(user, script):
    """Give a user their picture and their status, which begins now, whenever they wrote."""
    if "picture" in script:
        set_avatar(user, BytesIO(scene(script["picture"])))
    if "status" in script:
        status = script["status"]
        until = timezone.now() + timedelta(minutes=status["minutes"])
        set_status(user, status.get("emoji", ""), status["text"], until)


def furnish(script, people, now):
    """Create a room with its members and messages."""
    members = [people[username] for username in script["members"]]
    room = make_room(script, members)
    said = say(room, script["messages"], people)
    for message, line in zip(said, script["messages"], strict=True):
        if "edited" in line:
            actions.edit_message(message, line["edited"])
        if line.get("deleted"):
            actions.delete_message(message)
        for emoji, usernames in line.get("reactions", {}).items():
            for username in usernames:
                add_reaction(message, people[username], key_of(emoji))
        if "pinned_by" in line:
            pin_message(message, people[line["pinned_by"]])
        if "preview" in line:
            show_preview(message, **line["preview"])
    move_to_the_past(room, script["messages"], now)
    read(room, script.get("unread", {}))


def say(room, lines, people):
    """Post the lines; return the messages. One that answers says how many lines above that is."""
    said = []
    for number, line in enumerate(lines):
        answered = said[-line["answers"]].pk if "answers" in line else None
        author, nonce = people[line["author"]], f"demo-{room.pk}-{number}"
        sent = [upload(file, author, room) for file in line.get("files", [])]
        draft = actions.Draft(author, line["body"], nonce, reply_to=answered, files=sent)
        said += actions.post_messages(room, [draft])
    return said


def upload(file, owner, room):
    """Store a file of the script, which is a picture or a text; return its Attachment."""
    content = scene(file["scene"]) if "scene" in file else file["text"].encode()
    return Attachment.objects.create(
        blob=files.keep(BytesIO(content)),
        owner=owner,
        room=room,
        name=file["name"],
        alt=file.get("alt", ""),
    )


def show_preview(message, scene_of, **page):
    """Give `message` the preview of a page that nobody has fetched."""
    picture = files.keep_drawn(draw_preview(BytesIO(scene(scene_of))))
    preview = Preview.objects.create(message=message, picture=picture, **page)
    actions.change_message(message, extras={KEY: snapshot_of(preview, preview.url)})


def make_room(script, members):
    owner, *others = members
    if script["kind"] == Room.Kind.DIRECT:
        return open_direct_room(*members)
    room = create_room(owner, script["name"], script["kind"], script["topic"])
    for member in others:
        membership, _created = join_room(room, member)
        if member.username in script.get("moderators", []):
            change_role(membership, Membership.Role.MODERATOR)
    for field, usernames in (("is_favourite", "favourite"), ("room_muted", "muted")):
        room.memberships.filter(user__username__in=script.get(usernames, [])).update(
            **{field: True}
        )
    room.joins_newcomers = script.get("joins_newcomers", False)
    room.save(update_fields=["joins_newcomers"])
    return room


def move_to_the_past(room, lines, now):
    """Date a room and its messages as if each had been posted at its time in the script."""
    messages = list(room.messages.order_by("position"))
    before = None, None
    for message, line in zip(messages, lines, strict=True):
        message.created_at = moment(line["at"], now)
        run = message.follow(*before)
        message.edited_at = message.edited_at and message.created_at + timedelta(minutes=2)
        message.deleted_at = message.deleted_at and message.created_at + timedelta(minutes=2)
        before = message.author_id, message.created_at, run
    dates = ["created_at", "opens_day", "continues", "edited_at", "deleted_at"]
    Message.objects.bulk_update(messages, dates)
    for version in Version.objects.filter(message__room=room).select_related("message"):
        version.written_at = version.message.created_at
        version.replaced_at = version.message.edited_at
        version.save(update_fields=["written_at", "replaced_at"])
    beginning = messages[0].created_at - timedelta(hours=1)
    Room.objects.filter(pk=room.pk).update(created_at=beginning)
    room.memberships.update(joined_at=beginning)


def moment(text, now):
    """Return the time of `text`: "12 09:30" is 12 days before `now` at 09:30, "25" 25 minutes."""
    days, _space, hour = text.partition(" ")
    if not hour:
        return now - timedelta(minutes=int(days))
    zone = workspace_time_zone()
    day = now.astimezone(zone).date() - timedelta(days=int(days))
    return datetime.combine(day, time.fromisoformat(hour), zone)


def read(room, unread):
    """Mark the room as read by all, except the last messages that `unread` counts by username."""
    for membership in room.memberships.select_related("room", "user"):
        left = unread.get(membership.user.username, 0)
        mark_read(membership, membership.room.last_position - left)
