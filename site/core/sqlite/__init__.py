"""Django's SQLite backend, with a line for those who write: `ENGINE` is this package."""
