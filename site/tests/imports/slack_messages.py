"""Messages of Slack, of every kind that has broken importers; see test_slack_reader.py."""

TEAM = "T0TEST"
TOKEN = "xoxe-1234567890-abcdefgh"


def said(seconds, text=None, *, user="U1", **more):
    """Return a message some seconds after 1700000000 (2023-11-14 22:13:20 UTC)."""
    ts = f"{1700000000 + seconds}.000100"
    return {"type": "message", "user": user, "text": text, "ts": ts} | more


def ts(seconds):
    return said(seconds)["ts"]


def file(key, name="notes.txt", **more):
    address = f"https://files.slack.com/files-pri/{TEAM}-{key}/{name}?t={TOKEN}"
    return {"id": key, "name": name, "mimetype": "text/plain", "url_private": address} | more


ROOT = "1700000000.000100"
GENERAL = {
    "2023-11-14": [
        said(2, "second *in* the file"),  # not sorted
        said(0, "Hi <@U2>, &lt;b&gt; <!here> :tada:", reply_count=2, thread_ts=ROOT),
        said(1, "to all: <!channel>", edited={"user": "U1", "ts": "1700000100.000000"}),
        said(3, "/me too, as text"),
        said(4, "joined", subtype="channel_join"),
        said(5, "left", subtype="channel_leave"),
        said(6, "set the topic", subtype="channel_topic", topic="x"),
        said(7, "set the purpose", subtype="channel_purpose"),
        said(8, "renamed", subtype="channel_name", user="U00"),
        said(9, "archived", subtype="channel_archive"),
        said(10, "pinned", subtype="pinned_item"),
        said(11, "a reminder", subtype="reminder_add"),
        said(12, "added a bot", subtype="bot_add"),
        said(13, "waves", subtype="me_message"),
        said(
            14, "This message was deleted.", subtype="tombstone", user="USLACKBOT", thread_ts=ts(14)
        ),
        said(15, "first reply to what was deleted", thread_ts=ts(14)),
        said(16, "second reply to what was deleted", thread_ts=ts(14), user="U2"),
        said(17, "reply to a root that is not here", thread_ts="1600000000.000100"),
        said(
            18, "also to the channel", subtype="thread_broadcast", thread_ts=ROOT, root={"ts": ROOT}
        ),
        said(18, "also to the channel", thread_ts=ROOT),
        said(19, "one of two at a time"),
        said(19, "two of two at a time", user="U2"),
        said(20, "", subtype="huddle_thread", user="USLACKBOT", room={"created_by": "U2"}),
        said(21, "", subtype="sh_room_created"),
        said(22, "of a future kind", subtype="hologram_2031"),
        said(23, "only you see this", is_ephemeral=True),
        said(24, None),
        said(25, "  "),
        {"type": "message", "user": "U1", "text": "without a time"},
        {"type": "message", "user": "U1", "text": "at no time", "ts": "soon"},
        said(26, "nobody said this", user=None),
        said(27, "by a fault of the export", user="U00"),
        said(28, "of a stranger", user="U88", user_profile={"name": "zoe", "real_name": "Zoe Z"}),
        None,
        "not a message",
        ["nor this"],
        {"type": "reply_added", "ts": ts(29)},
        said(29, "another reply to that", thread_ts="1600000000.000100"),
        said(30, "Slackbot answers", subtype="slackbot_response", user="USLACKBOT"),
    ],
    "2023-11-15": [
        said(100_000, "reply of the next day", thread_ts=ROOT, parent_user_id="U1", user="U2"),
    ],
}

PROGRAMS = {
    "2023-11-15": [
        said(0, "by its user", user="UBOT", bot_id="B1", subtype="bot_message"),
        said(1, "by its id", user=None, bot_id="B1", subtype="bot_message", username="Deploys"),
        said(
            2,
            "a hook",
            user=None,
            bot_id="B9",
            subtype="bot_message",
            bot_profile={"name": "Jenkins"},
        ),
        said(3, "a name alone", user=None, subtype="bot_message", username="Cron"),
        said(
            4,
            None,  # as in old exports: nothing but attachments
            user=None,
            bot_id="B9",
            subtype="bot_message",
            attachments=[
                None,
                {"fallback": "Build 7 failed", "title": "Build 7", "text": "*failed*"},
            ],
        ),
        said(
            5,
            "Lunch?",
            user="UBOT",
            bot_id="B1",
            blocks=[
                {"type": "section", "text": {"type": "mrkdwn", "text": "*Lunch?* Vote"}},
                {"type": "actions", "elements": [{"type": "button", "text": None}]},
                None,
            ],
        ),
        said(
            6,
            "",
            blocks=[
                {
                    "type": "rich_text",
                    "elements": [
                        {
                            "type": "rich_text_section",
                            "elements": [{"type": "text", "text": "only in blocks"}],
                        }
                    ],
                }
            ],
        ),
        said(
            7,
            "see <https://example.com/a?b=1&amp;c=2|the page>",
            attachments=[
                {
                    "from_url": "https://example.com/a?b=1&amp;c=2",
                    "title": "A preview",
                    "text": "of it",
                }
            ],
        ),
    ]
}

FILES = {
    "2023-11-15": [
        said(0, "here", files=[file("F1", alt_txt="A chart")], subtype="file_share"),
        said(1, "", files=[file("F2", "../../etc/passwd")]),
        said(2, "not in the archive", files=[file("F3", "big.bin")]),
        said(3, "", files=[{"id": "F4", "mode": "tombstone"}]),
        said(4, "old", files=[{"id": "F5", "mode": "hidden_by_limit", "name": "old.txt"}]),
        said(5, "", files=[{"id": "F6", "file_access": "access_denied"}]),
        said(6, "", files=[{"id": "F7", "file_access": "file_not_found", "created": 0}]),
        said(
            7,
            "a document",
            files=[
                {
                    "id": "F8",
                    "mode": "external",
                    "title": "Plan [2024]",
                    "url_private": "https://docs.google.com/d/1?a=(b)",
                }
            ],
        ),
        said(
            8,
            None,
            subtype="file_comment",
            user=None,
            comment={"user": "U2", "comment": "nice *one*"},
        ),
        said(9, "old way", subtype="file_share", file=file("F1"), upload=True),
        said(
            10, "", files=[file("F9", "Canvas", mode="quip", mimetype="application/vnd.slack-docs")]
        ),
        said(11, f"<https://files.slack.com/x?t={TOKEN}&amp;pub=1|look>", user="U2"),
        said(12, "", files=None, attachments=None, blocks=None, reactions=None),
        said(
            13,
            "",
            files=[
                {"id": "F10", "mode": "external", "url_private": f"https://x.slack.com/?t={TOKEN}"}
            ],
        ),
    ]
}

REACTED = {
    "2023-11-15": [
        said(
            0,
            "react",
            reactions=[
                {"name": "+1", "users": ["U1", "U1", "U2"], "count": 9},
                {"name": "+1::skin-tone-2", "users": ["U3", "U1"], "count": 2},
                {"name": "satellite", "users": ["U1"], "count": 1},
                {"name": "partyparrot", "users": ["U404"], "count": 1},
                {"name": "tada", "users": None, "count": 1},
                {"name": None, "users": ["U1"]},
                None,
            ],
            pinned_to=["C4"],
        ),
        said(1, "<#C1> <#C2|> <#G1|> <@U404> <@W4|gone> <!subteam^S1|@all-of-us>"),
        said(2, "a\u0000b \ud83d c"),
        said(3, "x" * 50_000),
    ]
}
