"""What earlier releases called a table or a column that this one calls otherwise, or has not.

A backup of every release since 1.0 restores into every later one. Fields that are new since then
get their defaults. A field or model that was renamed or removed in a migration is entered here in
the same commit, for ever: the value is the new name, or None if it is gone.
"""

MODELS: dict[str, str | None] = {}  # "users.loginlink": "users.link"
FIELDS: dict[str, str | None] = {}  # "rooms.room.topic": "subject"; the model as it is called now
