"""Sessions in the database whose end reaches the sockets that they opened.

A socket reads its session once, at its start; deletion is the one thing that every way of
logging out has in common, so it is where the readers are told.
"""

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessionStore

from . import broadcasts


class SessionStore(DatabaseSessionStore):
    @classmethod
    def get_model_class(cls):
        from django.contrib.sessions.models import Session

        return Session

    def flush(self):
        user_id = self.get(SESSION_KEY)
        super().flush()
        if user_id is not None:
            broadcasts.access_changed(int(user_id))
