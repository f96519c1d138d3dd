"""Where queries run: in threads of the consumers' own, and of the pages' own.

`database_sync_to_async` gives a whole process one thread, in which one slow query stalls every
socket, and Django's handler starts a thread, and opens a connection, for each request. These few
threads keep their connection to SQLite open, where opening one costs more than several queries,
and give it back to the pool after each use elsewhere.
"""

from concurrent.futures import ThreadPoolExecutor

from asgiref.sync import SyncToAsync
from django.db import close_old_connections, connection

_consumers = ThreadPoolExecutor(max_workers=4, thread_name_prefix="consumers")
_pages = ThreadPoolExecutor(max_workers=12, thread_name_prefix="pages")


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
    """Return an async version of `function`, which runs queries, for consumers and streams."""
    return InDatabase(function, thread_sensitive=False, executor=_consumers)


def in_page(function):
    """Return an async version of `function`, which makes a page, without delaying the sockets."""
    return InDatabase(function, thread_sensitive=False, executor=_pages)
