"""Tables and columns of earlier releases that have been renamed or removed.

A backup of any release since 1.0 can be restored into any later release. New fields get their
defaults. When a migration renames or removes a field or model, add it here in the same commit and
never delete the entry. The value is the new name, or None if it was removed.
"""

MODELS: dict[str, str | None] = {}  # "users.loginlink": "users.link"
FIELDS: dict[str, str | None] = {}  # "rooms.room.topic": "subject"; with the model's current name
