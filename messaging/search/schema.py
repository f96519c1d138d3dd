"""Create the search indexes of messages after every `migrate`, and fill those that were missing.

They are not part of a migration because Django does not know their triggers: on SQLite most changes
of a table (an ordinary AddField, for example) copy it to a new one and drop the old one with its
triggers (https://www.sqlite.org/lang_altertable.html, 7).
"""

from django.db import connections, transaction

from ..markdown.links import UNSPACED
from .pieces import (
    ACCENTS,
    FROM,
    FUNCTION,
    HTML_OF_A_LINK,
    LINK,
    LONGEST,
    MOST_LETTERS,
    SEPARATORS,
    SHORTEST,
    pieces_of,
)
from .recent import TOKENIZER

TABLE = "messaging_message"


def pieces_from(row):
    """Return the SQL for the pieces of the message in `row`, such as "new."."""
    has_link = f"instr({row}body_html, '{HTML_OF_A_LINK}') > 0"
    return f"{FUNCTION}({row}body, {has_link}, {row}author_id)"


def triggers(table, column, indexed, watched):
    """Return {name: statement} of the triggers by which the FTS5 `table` follows messages.

    `indexed` is a function that returns the SQL for what is indexed of a row.
    """
    insert = f"INSERT INTO {table} (rowid, {column}) VALUES (new.id, {indexed('new.')});"
    # https://sqlite.org/fts5.html, 6.2: what was indexed must be given again to remove it.
    delete = (
        f"INSERT INTO {table} ({table}, rowid, {column})"
        f" VALUES ('delete', old.id, {indexed('old.')});"
    )
    when = {
        "posted": ("INSERT", insert),
        "changed": (f"UPDATE OF {watched}", delete + insert),
        "gone": ("DELETE", delete),
    }
    return {
        f"{table}_{name}": f"""
            CREATE TRIGGER IF NOT EXISTS {table}_{name}
            AFTER {change} ON {TABLE} BEGIN {statements} END
        """
        for name, (change, statements) in when.items()
    }


SQLITE_WORDS = {
    "messaging_words": f"""
        CREATE VIRTUAL TABLE IF NOT EXISTS messaging_words USING fts5(
            body, content='messaging_message', content_rowid='id',
            tokenize='{TOKENIZER}'
        )
    """,
    **triggers("messaging_words", "body", lambda row: f"{row}body", "body"),
}
SQLITE_PIECES = {
    # The pieces have no signs, so this tokenizer only splits at the spaces.
    "messaging_pieces": """
        CREATE VIRTUAL TABLE IF NOT EXISTS messaging_pieces USING fts5(
            pieces, content='', tokenize='ascii', detail=none
        )
    """,
    **triggers("messaging_pieces", "pieces", pieces_from, "body, body_html, author_id"),
}

POSTGRESQL_WORDS = {
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
# The same as `pieces_of`. The pieces of a long run are cut from sections of it, because `substr`
# reads a text from its beginning.
_SECTION = 200
POSTGRESQL_PIECES = {
    f"{FUNCTION}()": rf"""
        CREATE OR REPLACE FUNCTION {FUNCTION}(body text, has_link boolean, author_id bigint)
        RETURNS tsvector LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
        DECLARE
            pieces text[] := ARRAY['{FROM}' || author_id];
            unspaced text;
            spaced text;
            letters text;
            section text;
            piece text;
            longest int;
            starts int;
        BEGIN
            IF has_link THEN
                pieces := array_append(pieces, '{LINK}');
            END IF;
            FOR unspaced, spaced IN
                SELECT run[1], run[2]
                FROM regexp_matches(
                    lower(normalize(regexp_replace(
                        normalize(left(body, {MOST_LETTERS}), NFKD), '[{ACCENTS}]', '', 'g'
                    ), NFC)),
                    '[^{SEPARATORS}]+', 'g'
                ) AS words (word),
                regexp_matches(word[1], '([{UNSPACED}]+)|([^{UNSPACED}]+)', 'g') AS runs (run)
            LOOP
                IF spaced IS NULL THEN
                    letters := unspaced;
                    longest := {SHORTEST};
                    starts := length(letters);
                ELSE
                    letters := spaced;
                    longest := {LONGEST};
                    starts := greatest(length(letters) - {SHORTEST - 1}, 1);
                END IF;
                FOR start IN 0 .. starts - 1 LOOP
                    IF start % {_SECTION} = 0 THEN
                        section := substr(letters, start + 1, {_SECTION + LONGEST});
                    END IF;
                    piece := substr(section, start % {_SECTION} + 1, longest);
                    pieces := array_append(pieces, piece);
                END LOOP;
            END LOOP;
            RETURN array_to_tsvector(pieces);
        END
        $$
    """,
    "pieces": f"""
        ALTER TABLE messaging_message ADD COLUMN IF NOT EXISTS pieces tsvector
        GENERATED ALWAYS AS (
            {FUNCTION}(body, strpos(body_html, '{HTML_OF_A_LINK}') > 0, author_id)
        ) STORED
    """,
    "message_by_pieces": """
        CREATE INDEX IF NOT EXISTS message_by_pieces ON messaging_message USING gin (pieces)
    """,
}

# [({name of a part: the statement that creates it}, the statements that fill the index)].
# PostgreSQL fills a new column itself. https://sqlite.org/fts5.html, 6.4 and 6.8.
INDEXES = {
    "sqlite": [
        (SQLITE_WORDS, ["INSERT INTO messaging_words (messaging_words) VALUES ('rebuild')"]),
        (
            SQLITE_PIECES,
            [
                "INSERT INTO messaging_pieces (messaging_pieces) VALUES ('delete-all')",
                f"INSERT INTO messaging_pieces (rowid, pieces) SELECT id, {pieces_from('')}"
                f" FROM {TABLE}",
            ],
        ),
    ],
    "postgresql": [(POSTGRESQL_WORDS, []), (POSTGRESQL_PIECES, [])],
}
EXISTING = {
    "sqlite": "SELECT name FROM sqlite_master",
    "postgresql": f"""
        SELECT attname FROM pg_attribute
        WHERE attrelid = '{TABLE}'::regclass AND NOT attisdropped
        UNION SELECT relname FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
        WHERE indrelid = '{TABLE}'::regclass
        UNION SELECT proname || '()' FROM pg_proc WHERE proname = '{FUNCTION}'
    """,
}


def add_function(connection, **_signal):
    """Register the function that the triggers call on a new SQLite connection."""
    if connection.vendor == "sqlite":
        connection.connection.create_function(FUNCTION, 3, pieces_of, deterministic=True)


def create_index(using, **_signal):
    """Create what is missing of the indexes in the database `using`; a receiver of `post_migrate`.

    Leave an index alone if it is complete, so that the table is not locked.
    """
    connection = connections[using]
    with transaction.atomic(using), connection.cursor() as cursor:
        if TABLE not in connection.introspection.table_names(cursor):
            if connection.vendor == "sqlite":  # `migrate messaging zero` leaves the virtual tables
                cursor.execute("DROP TABLE IF EXISTS messaging_words")
                cursor.execute("DROP TABLE IF EXISTS messaging_pieces")
            return
        missing = missing_parts(connection)
        for parts, fill in INDEXES[connection.vendor]:
            if missing & set(parts):
                for statement in [*parts.values(), *fill]:
                    cursor.execute(statement)


def missing_parts(connection):
    """Return the names of the parts of the indexes that the database lacks."""
    with connection.cursor() as cursor:
        cursor.execute(EXISTING[connection.vendor])
        existing = {name for (name,) in cursor.fetchall()}
    return {name for parts, _fill in INDEXES[connection.vendor] for name in parts} - existing
