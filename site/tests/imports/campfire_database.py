"""A database of Campfire with every trap: see test_campfire_reader."""

import sqlite3

SCHEMA = {
    "users": "id name email_address role status password_digest",
    "rooms": "id name type created_at creator_id",
    "memberships": "id room_id user_id involvement",
    "messages": "id room_id creator_id client_message_id created_at updated_at",
    "action_text_rich_texts": "id record_type record_id name body",
    "boosts": "id message_id booster_id content created_at",
    "active_storage_attachments": "id name record_type record_id blob_id",
    "active_storage_blobs": "id key filename content_type byte_size",
}
TIME = "2025-12-12 10:00:00.{:06}"
KEY = "abcd1234efgh"
MENTION = (
    '<action-text-attachment sgid="BAh7" content-type="application/vnd.campfire.mention"'
    ' content="…"><img src="/x">Bruno</action-text-attachment>'
)
TEXTS = {
    1: "<div>Hello <strong>all </strong><em>of</em> you<br>and <a href='https://a.example'>this</a></div>",
    2: f"<div>{MENTION} look</div>",
    3: "<ul><li>tea</li><li>cake</li></ul><blockquote>said</blockquote><pre>a = 1\nb</pre>",
    4: "<div>/topic no</div>",
    5: "<div><br></div>",
    6: "<script>alert(1)</script><div>1 &lt; 2 &amp; 3</div>",
    7: "",
}
ROWS = {
    "users": [
        (1, "Ana", "ana@example.com", 1, 0, "x"),
        (2, "Bruno", "bruno@example.com", 0, 1, "x"),
        (3, "CI", None, 2, 0, None),
    ],
    "rooms": [
        (1, "All", "Rooms::Open", TIME.format(0), 1),
        (2, "Board", "Rooms::Closed", TIME.format(0), 1),
        (3, None, "Rooms::Direct", TIME.format(0), 1),
        (4, "Odd", "Rooms::Hologram", None, 1),
    ],
    "memberships": [
        (1, 1, 1, "x"),
        (2, 1, 2, "x"),
        (3, 3, 1, "x"),
        (4, 3, 2, "x"),
        (5, 1, 99, "x"),
    ],
    "messages": [
        *((n, 1, 1 + n % 3, f"c{n}", TIME.format(n), TIME.format(n + 5)) for n in TEXTS),
        (8, 1, 99, "c8", TIME.format(8), TIME.format(8)),
        (9, 1, 1, "c9", "yesterday", None),
        (10, 3, 2, "c10", TIME.format(9), None),
    ],
    "action_text_rich_texts": [
        *((n, "Message", n, "body", html) for n, html in TEXTS.items()),
        (8, "Message", 8, "body", "<div>By somebody gone</div>"),
        (10, "Message", 10, "body", "<div>Between us</div>"),
        (11, "Account", 1, "body", "<div>Another record</div>"),
    ],
    "boosts": [(1, 1, 2, "👍", None), (2, 1, 1, "👍", None), (3, 1, 2, "so good", None)],
    "active_storage_attachments": [
        (1, "attachment", "Message", 7, 1),
        (2, "attachment", "Message", 7, 2),
        (3, "avatar", "User", 7, 1),
    ],
    "active_storage_blobs": [
        (1, KEY, "../cat.png", "image/png", 4),
        (2, "../../etc/passwd", "evil", "x/y", 4),
    ],
}


def write_database(path, rows=ROWS, schema=SCHEMA, more=()):
    connection = sqlite3.connect(path)
    for table, columns in schema.items():
        connection.execute(f"CREATE TABLE {table} ({', '.join(columns.split())})")
        for row in rows.get(table, ()):
            marks = ", ".join("?" * len(row))
            connection.execute(f"INSERT INTO {table} VALUES ({marks})", row)
    for statement in more:
        connection.execute(statement)
    connection.commit()
    connection.close()
    return path


def write_storage(folder):
    """Write an installation's storage folder, with its files."""
    (folder / "db").mkdir(parents=True)
    file = folder / "files" / KEY[:2] / KEY[2:4] / KEY
    file.parent.mkdir(parents=True)
    file.write_bytes(b"meow")
    write_database(folder / "db" / "production.sqlite3")
    return folder
