"""Where the consumers' queries run: threads of their own, apart from the pages'.

`database_sync_to_async` gives a whole process one thread, in which one slow query stalls every
socket. These few threads keep their connection to SQLite open, where opening one costs more than
a query, and give it back to the pool after each use elsewhere.
"""

from concurrent.futures import ThreadPoolExecutor

from asgiref.sync import SyncToAsync
from django.db import close_old_connections, connection

_threads = ThreadPoolExecutor(max_workers=4, thread_name_prefix="database")


class InDatabase(SyncToAsync):
    def thread_handler(self, loop, *args, **kwargs):
        try:
            return super().thread_handler(loop, *args, **kwargs)
        except Exception:
            connection.close_if_unusable_or_obsolete()
            raise
        finally:
            if connection.vendor != "sqlite":
                close_old_connections()


def in_database(function):
    """Return an async version of `function`, which runs queries."""
    return InDatabase(function, thread_sensitive=False, executor=_threads)
