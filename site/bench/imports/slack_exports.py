"""Write exports of Slack of any size, the same ones each time."""

import json
import random
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

PEOPLE, CHANNELS = 60, 12
FIRST_DAY = datetime(2022, 1, 3, tzinfo=UTC)
EMOJI = ["+1", "tada", "eyes", "clap::skin-tone-3", "partyparrot", "satellite"]
WORDS = [
    *("deploy", "review", "staging", "build", "the", "a", "of", "we", "should", "later", "today"),
    *("please", "thanks", "ticket", "café", "ñandú", "release", "notes", "customer", "invoice"),
    *("meeting", "lunch", "error", "timeout", "database", "restart", "fixed", "broken"),
]


def write_export(path: Path, messages: int, seed: int = 1, team: str = "T1") -> None:
    """Write a zip with `messages` messages of CHANNELS channels, over some hundred days."""
    chance = random.Random(seed)
    people = [f"U{number:08d}" for number in range(PEOPLE)]
    channels = [f"channel-{number}" for number in range(CHANNELS)]
    days = max(1, min(1_000, messages // (CHANNELS * 20)))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("users.json", json.dumps([_user(key, team) for key in people]))
        lists = [_channel(n, name, people) for n, name in enumerate(channels)]
        archive.writestr("channels.json", json.dumps(lists))
        left = messages
        for number in range(days * CHANNELS):
            count = left // (days * CHANNELS - number)
            left -= count
            day = FIRST_DAY + timedelta(days=number // CHANNELS)
            lines = list(_messages(chance, day, people, count))
            name = f"{channels[number % CHANNELS]}/{day:%Y-%m-%d}.json"
            archive.writestr(name, json.dumps(lines))


def _user(key, team):
    name = f"person{int(key[1:])}"
    profile = {"real_name": name.title(), "display_name": name, "email": f"{name}@example.com"}
    return {"id": key, "team_id": team, "name": name, "deleted": False, "profile": profile}


def _channel(number, name, people):
    topic = {"value": f"All about {name}", "creator": people[0], "last_set": 0}
    return {
        "id": f"C{number:08d}",
        "name": name,
        "created": 1641000000,
        "is_archived": False,
        "members": people,
        "topic": topic,
        "purpose": topic,
    }


def _messages(chance, day, people, count):
    """Yield the messages of a day; about a fifth are replies, a tenth have reactions."""
    root = None
    for number in range(count):
        seconds = day.timestamp() + 8 * 3600 + number * 30_000 / max(1, count)
        user, text = chance.choice(people), _text(chance, people)
        message = {
            "type": "message",
            "user": user,
            "text": text,
            "ts": f"{seconds:.6f}",
            "team": "T1",
            "client_msg_id": f"{chance.getrandbits(128):032x}",
            "blocks": [_rich_text(text)],
            "user_profile": {"name": f"person{int(user[1:])}", "team": "T1"},
        }
        if root and chance.random() < 0.2:
            message |= {"thread_ts": root, "parent_user_id": people[0]}
        elif chance.random() < 0.05:
            root = message["ts"]
            message |= {"thread_ts": root, "reply_count": 3}
        if chance.random() < 0.1:
            users = chance.sample(people, 3)
            reaction = {"name": chance.choice(EMOJI), "users": users, "count": len(users)}
            message["reactions"] = [reaction]
        if chance.random() < 0.03:
            message["edited"] = {"user": user, "ts": f"{seconds + 60:.6f}"}
        yield message


def _text(chance, people):
    words = chance.choices(WORDS, k=chance.randint(2, 30))
    for _ in range(chance.randint(0, 2)):
        at = chance.randrange(len(words))
        words[at] = chance.choice(
            [
                f"<@{chance.choice(people)}>",
                "<https://example.com/a?b=1&amp;c=2|the page>",
                f"*{words[at]}*",
                "`make test`",
                ":tada:",
                "<!here>",
                "<#C00000001|channel-1>",
                f"_{words[at]}_\n",
            ]
        )
    return " ".join(words)


def _rich_text(text):
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return {"type": "rich_text", "block_id": "b", "elements": [section]}
