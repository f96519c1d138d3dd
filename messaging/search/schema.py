"""Create the full-text index of messages after every `migrate`, and fill it if it was missing.

The index is not part of a migration because Django does not know its triggers: on SQLite most
changes of a table (an ordinary AddField, for example) copy it to a new one and drop the old one
with its triggers (https://www.sqlite.org/lang_altertable.html, 7).
"""

from django.db import connections, transaction

TABLE = "messaging_message"

SQLITE = {
    "messaging_words": """
        CREATE VIRTUAL TABLE IF NOT EXISTS messaging_words USING fts5(
            body, content='messaging_message', content_rowid='id',
            tokenize='unicode61 remove_diacritics 2'
        )
    """,
    "messaging_words_posted": """
        CREATE TRIGGER IF NOT EXISTS messaging_words_posted
        AFTER INSERT ON messaging_message BEGIN
            INSERT INTO messaging_words (rowid, body) VALUES (new.id, new.body);
        END
    """,
    "messaging_words_changed": """
        CREATE TRIGGER IF NOT EXISTS messaging_words_changed
        AFTER UPDATE OF body ON messaging_message BEGIN
            INSERT INTO messaging_words (messaging_words, rowid, body)
            VALUES ('delete', old.id, old.body);
            INSERT INTO messaging_words (rowid, body) VALUES (new.id, new.body);
        END
    """,
    "messaging_words_gone": """
        CREATE TRIGGER IF NOT EXISTS messaging_words_gone
        AFTER DELETE ON messaging_message BEGIN
            INSERT INTO messaging_words (messaging_words, rowid, body)
            VALUES ('delete', old.id, old.body);
        END
    """,
}
# https://sqlite.org/fts5.html, 6.8: empty the index and read the whole table again.
SQLITE_REBUILD = "INSERT INTO messaging_words (messaging_words) VALUES ('rebuild')"

POSTGRESQL = {
    # Signs separate words, as on SQLite, and accents are removed. The column is stored: computing
    # it while reading past a million messages that do not match would take a minute.
    "words": r"""
        ALTER TABLE messaging_message ADD COLUMN IF NOT EXISTS words tsvector GENERATED ALWAYS AS (
            to_tsvector(
                'simple'::regconfig,
                translate(
                    normalize(
                        regexp_replace(normalize(body, NFD), '[\u0300-\u036f]', '', 'g'), NFC
                    ),
                    '!"#$%&''()*+,-./:;<=>?@[\]^_`{|}~', repeat(' ', 32)
                )
            )
        ) STORED
    """,
    "message_by_words": """
        CREATE INDEX IF NOT EXISTS message_by_words ON messaging_message USING gin (words)
    """,
}

PARTS = {"sqlite": SQLITE, "postgresql": POSTGRESQL}
EXISTING = {
    "sqlite": "SELECT name FROM sqlite_master",
    "postgresql": f"""
        SELECT attname FROM pg_attribute
        WHERE attrelid = '{TABLE}'::regclass AND NOT attisdropped
        UNION SELECT relname FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
        WHERE indrelid = '{TABLE}'::regclass
    """,
}


def create_index(using, **_signal):
    """Create the missing parts of the index in the database `using`; a receiver of `post_migrate`.

    Do nothing if the index is complete, so that the table is not locked.
    """
    connection = connections[using]
    with transaction.atomic(using), connection.cursor() as cursor:
        if TABLE not in connection.introspection.table_names(cursor):
            if connection.vendor == "sqlite":  # `migrate messaging zero` leaves the virtual table
                cursor.execute("DROP TABLE IF EXISTS messaging_words")
        elif missing_parts(connection):
            for statement in PARTS[connection.vendor].values():
                cursor.execute(statement)
            if connection.vendor == "sqlite":  # PostgreSQL fills the new column itself
                cursor.execute(SQLITE_REBUILD)


def missing_parts(connection):
    """Return the names of the parts of the index that the database lacks."""
    with connection.cursor() as cursor:
        cursor.execute(EXISTING[connection.vendor])
        return set(PARTS[connection.vendor]) - {name for (name,) in cursor.fetchall()}
