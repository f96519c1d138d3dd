"""An export of Discord with every trap: see test_discord_reader."""

import json
import zipfile

GUILD = {"id": "869237470565392384", "name": "Casa", "iconUrl": ""}
ROOM, THREAD, OTHER_THREAD = "900000000000000000", "900000000000000300", "900000000000000700"
SECRET_THREAD, FORUM_POST, FORUM = (
    "900000000000000800",
    "900000000000000900",
    "900000000000009999",
)


def author(number, name, **fields):
    return {"id": str(number), "name": name, "discriminator": "0000", "isBot": False, **fields}


ANA = author(1001, "ana", nickname="Ana María", roles=[{"id": "5", "name": "Owner"}])
BRUNO = author(1002, "bruno")
BOT = author(1003, "ci", isBot=True)


def message(number, content="", by=ANA, kind="Default", **fields):
    return {
        "id": f"900000000000000{number}",
        "type": kind,
        "timestamp": "2024-03-01T10:00:00.123+02:00",
        "timestampEdited": None,
        "isPinned": False,
        "content": content,
        "author": by,
        "attachments": [],
        "embeds": [],
        "stickers": [],
        "reactions": [],
        "mentions": [],
        **fields,
    }


def channel(key, name, messages, kind="GuildTextChat", **fields):
    about = {"id": key, "type": kind, "categoryId": "7", "category": "Text", "name": name}
    return {
        "guild": GUILD,
        "channel": {**about, "topic": None, **fields},
        "dateRange": {"after": None, "before": None},
        "exportedAt": "2024-03-02T00:00:00+00:00",
        "messages": messages,
        "messageCount": len(messages),
    }


def emoji(name, key="", users=(), count=1):
    drawn = {"id": key, "name": name, "code": name, "isAnimated": False, "imageUrl": ""}
    return {"emoji": drawn, "count": count, "users": list(users)}


LOCAL = {"id": "1", "url": "general_Files\\cat%201.png", "fileName": "cat 1.png"}
REMOTE = {"id": "2", "url": "https://cdn.discordapp.com/a/dog.png", "fileName": "dog.png"}
EMBED = {"title": "Build", "url": "https://ci.example/1", "description": "It **failed**"}
FIRST = [
    message(100, "Hello <@1002> <@!1002> <#5> <@&5> <:yay:77> <t:1700000000:R>"),
    message(
        101,
        "Hi @Ana María",
        BRUNO,
        mentions=[ANA],
        reactions=[emoji("👍🏽", users=[ANA]), emoji("👍", users=[BRUNO]), emoji("❤️", count=3)],
    ),
    message(102, "", BOT, embeds=[EMBED]),
    message(103, "Look: https://a.example", embeds=[{"url": "https://a.example", "title": "A"}]),
    message(104, "", kind="GuildMemberJoin"),
    message(105, "?", kind="HologramStarted"),
    message(106, ""),
    message(107, "", stickers=[{"id": "9", "name": "Wave hello", "format": "png"}]),
    message(108, "Pictures", attachments=[LOCAL, REMOTE], timestampEdited="2024-03-01T11:00:00Z"),
]
SECOND = [
    message(108, "Pictures again"),
    message(
        109, "Yes", BRUNO, "Reply", reference={"messageId": "900000000000000100", "channelId": ROOM}
    ),
    message(110, "", forwardedMessage={"content": "Far\naway", "attachments": [REMOTE]}),
    message(300, "A thread begins here", isPinned=True),
    message(301, "/me waves", reactions=[emoji("yay", "77", [BRUNO])]),
]
IN_THREAD = [
    message(302, "", kind="ThreadStarterMessage"),
    message(303, "One", BRUNO),
    message(304, "Two", kind="Reply", reference={"messageId": "900000000000000303"}),
]
FILES = {
    "Casa - Text - general [900000000000000000] [part 1].json": channel(ROOM, "general", FIRST),
    "Casa - Text - general [900000000000000000] [part 2].json": channel(ROOM, "general", SECOND),
    "threads/plan.json": channel(
        THREAD, "Plan", IN_THREAD, "GuildPublicThread", categoryId=ROOM, category="general"
    ),
    "threads/newest first.json": channel(
        OTHER_THREAD,
        "Other",
        [message(703, "Late"), message(702, "Early")],
        "GuildPublicThread",
        categoryId=ROOM,
    ),
    "threads/secret.json": channel(
        SECRET_THREAD, "Secret", [message(801, "Psst")], "GuildPrivateThread", categoryId=ROOM
    ),
    "threads/forum.json": channel(
        FORUM_POST,
        "Question",
        [message(901, "Why?"), message(902, "Because", BRUNO)],
        "GuildPublicThread",
        categoryId=FORUM,
        category="help",
    ),
    "dm.json": channel("900000000000005000", "bruno", [message(950, "Hi")], "DirectTextChat"),
    "empty.json": channel("900000000000006000", "empty", []),
}


def write_archive(path, files=FILES, more=()):
    with zipfile.ZipFile(path, "w") as archive:
        for name, value in files.items():
            archive.writestr(name, value if isinstance(value, bytes | str) else json.dumps(value))
        archive.writestr("general_Files/cat 1.png", b"meow")
        for name, data in more:
            archive.writestr(name, data)
    return path
