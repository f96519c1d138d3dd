"""An export of Slack in which lists and folders are odd; the messages are in slack_messages."""

import json
import zipfile

from .slack_messages import FILES, GENERAL, PROGRAMS, REACTED, TEAM, said

PICTURE = b"\x89PNG not really"


def user(key, name, **more):
    profile = {"real_name": name.title(), "display_name": name, **more.pop("profile", {})}
    return {"id": key, "team_id": TEAM, "name": name, "deleted": False, "profile": profile, **more}


USERS = [
    user("U1", "ana", profile={"email": "ana@example.com"}, is_admin=True, is_owner=True),
    user("U2", "bruno", profile={"display_name": "", "email": None}),
    user("U3", "carla", is_restricted=True, is_ultra_restricted=True, deleted=True),
    {"id": "W4", "team_id": TEAM, "name": "gone", "deleted": True},  # without a profile
    user("UBOT", "deploys", is_bot=True, profile={"bot_id": "B1"}),
    user("U5", "ana"),  # called as another
    {"name": "of no id"},
    None,
]

CHANNELS = [
    {
        "id": "C1",
        "name": "general",
        "created": 1,  # Slack's word for unknown
        "updated": 1736554746482,
        "members": ["U1", "U2", "U77", None],
        "topic": {"value": "Talk &amp; <https://example.com|more>"},
        "purpose": {"value": "unused"},
        "pins": [{"id": "1700000000.000100", "type": "C"}],
    },
    {
        "id": "C2",
        "name": "diseño",
        "created": 1641000000,
        "is_archived": True,
        "members": None,
        "topic": None,
        "purpose": {"value": "What we draw"},
    },
    {"id": "C3", "name": "without-a-folder", "members": []},
    {"id": "C4", "name": "called-by-id", "members": ["U1"]},
    {"id": "C5", "name": "flagged", "is_private": True},
    {"topic": "of nothing"},
]
GROUPS = [{"id": "G1", "name": "secret", "members": ["U1"], "created": 1641000000}]
DMS = [{"id": "D1", "members": ["U1", "U2"]}, {"id": "D2", "user": "U1"}]
MPIMS = [
    {"id": "G7", "name": "mpdm-ana--bruno--carla-1", "members": ["U1", "U2", "U3"]},
    {"id": "G8", "name": "mpdm-bruno--ana--carla-1", "members": ["U3", "U2", "U1"]},
]


def members():
    """Return {name in the archive: value of JSON or bytes}."""
    found = {
        "users.json": USERS,
        "channels.json": CHANNELS,
        "groups.json": GROUPS,
        "dms.json": DMS,
        "mpims.json": MPIMS,
        "integration_logs.json": [{"service_id": 1, "user_id": "U1"}],
        "canvases.json": [{"id": "F9"}],
        "called-by-id-not/2023-11-15.json": [said(0, "of nobody knows which channel")],
        "general/canvas_in_the_conversation.json": [{"id": "F9"}],
        "diseño/2023-11-15.json": REACTED["2023-11-15"],
        "C4/2023-11-15.json": PROGRAMS["2023-11-15"],
        "secret/2023-11-15.json": FILES["2023-11-15"],
        "flagged/2023-11-15.json": b'[{"type": "message", "text": "cut',
        "flagged/2023-11-16.json": {"messages": []},
        "D1/2023-11-15.json": [said(0, "between two"), said(1, "yes", user="U2")],
        "D2/2023-11-15.json": [said(0, "to myself")],
        "mpdm-ana--bruno--carla-1/2023-11-15.json": [said(0, "between three")],
        "mpdm-bruno--ana--carla-1/2023-11-15.json": [said(60, "between the same three")],
        "__uploads/F1/notes.txt": PICTURE,
        "__uploads/F2/users.json": b"[]",
        "C4/attachments/F3x-chart.png": PICTURE,
    }
    return found | {f"general/{day}.json": lines for day, lines in GENERAL.items()}


def write_archive(path, changed=None, prefix=""):
    with zipfile.ZipFile(path, "w") as archive:
        for name, value in (members() | (changed or {})).items():
            data = value if isinstance(value, bytes) else json.dumps(value)
            archive.writestr(prefix + name, data)
    return path
