"""Sessions in the database whose end reaches the sockets that they opened.

A socket reads its session once, at its start; deletion is the one thing that every way of
logging out has in common, so it is where the readers are told.
"""

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessionStore
from django.utils import timezone

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


def end_sessions(user):
    """Delete every session of `user`. A session's owner is inside it, so each is looked into."""
    sessions = SessionStore.get_model_class().objects
    alive = sessions.filter(expire_date__gt=timezone.now())
    theirs = [
        session.pk
        for session in alive.iterator()
        if session.get_decoded().get(SESSION_KEY) == str(user.pk)
    ]
    sessions.filter(pk__in=theirs).delete()
