"""An export of Mattermost with everything that has broken importers; see test_mattermost_reader."""

import json
import zipfile

PICTURE = b"\x89PNG not really"
START = 1_700_000_000_000  # 2023-11-14 22:13:20 UTC


def line(kind, **content):
    return {"type": kind, kind: content}


def said(millis, message, user="ana", **more):
    """Return a post or a reply some milliseconds after START."""
    nothing = {"reactions": None, "replies": None, "attachments": None, "edit_at": 0, "type": ""}
    return {"user": user, "message": message, "create_at": START + millis, **nothing, **more}


def post(millis, message, user="ana", team="core", channel="town-square", **more):
    return line("post", team=team, channel=channel, **said(millis, message, user, **more))


def user(username, *channels, **more):
    of_channels = [{"name": name, "roles": "channel_user channel_admin"} for name in channels]
    teams = [{"name": "core", "roles": "team_user", "channels": of_channels}]
    names = {"nickname": "", "first_name": username.title(), "last_name": "Test"}
    email = f"{username}@example.com"
    more = {"email": email, "roles": "system_admin", "teams": teams, **names, **more}
    return line("user", username=username, **more)


LISTS = [
    line("version", version=1, info={"generator": "mattermost-server"}),
    line("role", name="system_user"),
    line("scheme", name="scheme"),
    line("emoji", name="parrot", image="data/emoji/1/image"),
    line("team", name="core", display_name="Core", type="O"),
    line("team", name="sales", display_name="", type="I"),
    line(
        "channel",
        team="core",
        name="town-square",
        display_name="Town Square",
        type="O",
        header="All",
    ),
    line("channel", team="sales", name="town-square", display_name="Town Square", type="O"),
    line("channel", team="core", name="board", display_name="", type="P", header="", purpose="Us"),
    line("channel", team="core", name="old", display_name="Old", type="O", deleted_at=START),
    line("channel", team="core", name="odd", display_name="Odd", type=None, header=None),
    line("channel", team="core", name=None),
    user("ana", "town-square", "board", nickname="Anita"),
    user("bruno", "town-square"),
    line("user", username="voldemort", email=None, teams=None, first_name=None, delete_at=START),
    line("user", username=None),
    line("bot", username="ci", display_name="CI", owner="ana", delete_at=0),
    {"type": "user", "user": None},
    {"type": "hologram", "hologram": {}},
    {"type": ["post"]},
    ["no object"],
]

POSTS = [
    post(5_000, "the last of all", "bruno"),  # not sorted
    post(
        0,
        "Hi @bruno. @all ~board ~old ~~gone~~ and `@bruno` https://example.com/@bruno",
        replies=[
            said(3_000, "second reply", "ana"),
            said(1_000, "first reply", "bruno", is_pinned=True),
            said(2_000, "joined", type="system_join_channel"),
        ],
        reactions=[
            {"user": "bruno", "emoji_name": "+1", "create_at": START},
            {"user": "ana", "emoji_name": "+1_medium_light_skin_tone", "create_at": START},
            {"user": "bruno", "emoji_name": "partyparrot", "create_at": START},
            {"user": None, "emoji_name": "tada"},
            None,
        ],
        edit_at=START + 60_000,
    ),
    post(100, "ana joined the channel.", type="system_join_channel"),
    post(200, "for one", type="burn_on_read"),
    post(300, "deleted", delete_at=START, replies=[said(400, "a"), said(500, "b", "bruno")]),
    post(600, "one"),
    post(600, "two"),
    post(600, "two"),
    post(700, "by a hook", props={"from_webhook": "true", "override_username": "Deploys"}),
    post(800, "by a bot", "ci", props={"from_bot": "true"}),
    post(900, "of a stranger", "nobody.here"),
    post(1_000, "*waves*", type="me", props={"message": "waves"}),
    post(
        1_100,
        "",
        type="slack_attachment",
        props={
            "attachments": [
                {
                    "pretext": "before",
                    "title": "Build 7",
                    "title_link": "https://ci.example.com/7",
                    "text": "**failed**\nfor @bruno",
                    "fields": [{"title": "Branch", "value": "main"}, None, {"value": 3}],
                    "footer": None,
                },
                {"fallback": "only this"},
                None,
            ]
        },
    ),
    post(1_200, "", attachments=[{"path": "20231114/teams/x/photo.png"}, {"path": None}, None]),
    post(1_300, "", attachments=[{"path": "../../etc/passwd"}]),
    post(1_400, "with data", attachments=[{"path": "data/bulk-export-attachments/notes.txt"}]),
    post(1_500, "   "),
    post(1_600, None),
    post(0, "at no time", create_at=None),
    post(0, "in no channel", channel="elsewhere"),
    post(1_700, '![A chart](https://example.com/c.png =100x50) and [it](https://a.example "T")'),
    post(1_800, "x" * 16_383),
    post(0, "of the other team", team="sales"),
    post(0, "for the board: ~town-square", channel="board"),
    post(0, "odd", channel="odd", replies={"not": "a list"}, reactions="x", props="y"),
    line("direct_channel", members=["ana", "bruno"], favorited_by=None, header=""),
    line("direct_channel", participants=[{"username": "ana"}, {"username": "ci"}, None]),
    line("direct_channel", members=["ana", "ana"]),
    line("direct_channel", members=None),
    line("direct_post", channel_members=["bruno", "ana"], **said(0, "between two")),
    line("direct_post", channel_members=["ana", "ana"], **said(0, "to myself")),
    line("direct_post", channel_members=["ana", "bruno", "voldemort"], **said(0, "of three")),
    line("direct_post", channel_members=None, **said(0, "of nobody")),
]


def write_archive(path, lines=None, name="import.jsonl", more=b""):
    rows = [json.dumps(each).encode() for each in (lines or [*LISTS, *POSTS])]
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(name, b"\n".join([*rows, more]))
        archive.writestr("data/20231114/teams/x/photo.png", PICTURE)
        archive.writestr("data/bulk-export-attachments/notes.txt", b"notes")
        archive.writestr("data/first.jsonl", b'{"type": "version", "version": 1}')
    return path
