"""Thread pools for database queries: one for consumers, one for pages.

`database_sync_to_async` uses a single thread for the whole process, so one slow query would stall
every socket. Django's handler starts a thread, and opens a connection, for each request. The
threads of these pools keep their SQLite connection open, because opening one costs more than
several queries. Connections to other databases return to their pool after each use.
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
    """Return an async version of `function` that runs in the threads of consumers and streams."""
    return InDatabase(function, thread_sensitive=False, executor=_consumers)


def in_page(function):
    """Return an async version of `function` that runs in the threads of pages.

    These are separate from the consumers' threads, so that slow pages do not delay the sockets.
    """
    return InDatabase(function, thread_sensitive=False, executor=_pages)
