"""The session store: encrypted rows under hashed keys; deleting one closes its sockets.

A session key is worth as much as a password, so only its hash is stored. A socket reads its session
only once, when it connects. Every way of logging out deletes the session, so deletion is where the
open sockets are notified.
"""

import ipaddress
from datetime import datetime, timedelta

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessionStore
from django.contrib.sessions.exceptions import SessionInterrupted
from django.db import transaction
from django.utils import timezone

from core import read_only
from core.queries.prepared import Prepared

from ..access.revision import narrow_access
from ..locking import lock_person
from ..models import Session, hash_token
from .encryption import decrypt_or_none, encrypt
from .fingerprint import drop_outdated_login, is_held_by, settle_login

SEEN_EVERY = timedelta(minutes=10)
LOGIN = "login"  # session key: {"address", "browser", "at"} of the login


def _alive_with_user(key, now):
    return Session.objects.filter(pk=key, expire_date__gt=now).select_related("user")


_STORED = Prepared(_alive_with_user, key=str, now=datetime)


class SessionStore(DatabaseSessionStore):
    row = None  # the Session that was read, with its user

    @classmethod
    def get_model_class(cls):
        return Session

    @property
    def stored_key(self):
        """The primary key of this session in the database, or None if it has no key yet."""
        return stored_key_of(self.session_key)

    def encode(self, session_dict):
        """Return the session data encrypted, because they contain pending codes and passwords."""
        return encrypt(self.serializer().dumps(session_dict).decode("latin-1"))

    def decode(self, session_data):
        text = decrypt_or_none(session_data)
        return {} if text is None else self.serializer().loads(text.encode("latin-1"))

    def load(self):
        key = self.stored_key
        self.row = _STORED.run(key=key, now=timezone.now()).first() if key else None
        if self.row is None:
            self._session_key = None
            return {}
        note_seen([self.row])
        data = self.decode(self.row.session_data)
        drop_outdated_login(data)
        return data

    def holder(self):
        """Return the User who was read with the session and is logged in by it, or None.

        It is None too if Django's `get_user` must renew the session, after a new SECRET_KEY.
        """
        data, row = self._session, self.row  # in this order: the first reads the second
        user = row.user if row is not None and row.pk == self.stored_key else None
        if user is None or not is_held_by(user, data):
            return None
        return user if data[HASH_SESSION_KEY] == user.get_session_auth_hash() else None

    def exists(self, session_key):
        return super().exists(_hash(session_key))

    def create(self):
        """Store an empty row under a new key. Only `save` stores the session's data."""
        data = self._get_session(no_load=True)
        self._session_cache = {}
        super().create()
        self._session_cache = data

    def save(self, must_create=False):
        """Store the session. If its user lost the right to be logged in, store an empty one.

        Raise UpdateError if the session was ended meanwhile.
        """
        with transaction.atomic():
            if self.session_key is None:
                self.create()
            data = self._get_session(no_load=must_create)
            if settle_login(data):
                if SESSION_KEY in data:
                    data.setdefault(LOGIN, {"at": timezone.now().isoformat()})
                super().save(must_create)
            elif Session.objects.filter(pk=self.stored_key).exists():
                self.flush()
                self.create()
            else:
                raise UpdateError

    def cycle_key(self):
        """Move the session, and what refers to it, to a new key.

        Raise SessionInterrupted if it was ended meanwhile.
        """
        user_id = self.get(SESSION_KEY)
        key, data = self.session_key, self._session
        with transaction.atomic():
            if user_id is not None:
                lock_person(int(user_id))
                row = Session.objects.select_for_update().filter(pk=self.stored_key)
                if row.first() is None:
                    raise SessionInterrupted("The session was ended by another request.")
            self.create()
            self._session_cache = data
            Session.objects.filter(pk=self.stored_key).update(user=user_id)
            if key:
                _move_references(stored_key_of(key), self.stored_key)
                self.delete(key)

    def create_model_instance(self, data):
        row = super().create_model_instance(data)
        row.session_key = _hash(row.session_key)
        row.user_id = data.get(SESSION_KEY)
        login = data.get(LOGIN) or {}
        row.address = login.get("address")
        row.browser = login.get("browser", "")
        row.began_at = login.get("at", row.began_at)
        return row

    def delete(self, session_key=None):
        key = session_key or self.session_key
        if key is not None:
            end(Session.objects.filter(pk=_hash(key)))


def stored_key_of(session_key):
    """Return the stored key for a session key of a cookie, or None if there is no session key."""
    return _hash(session_key) if session_key else None


def alive(stored_keys):
    """Return a queryset of the sessions with these stored keys that have not expired."""
    return Session.objects.filter(pk__in=stored_keys, expire_date__gt=timezone.now())


def note_seen(sessions):
    """Update `seen_at` of `sessions` with a user, at most every SEEN_EVERY.

    Do nothing in a read-only request.
    """
    if read_only.is_active():
        return
    now = timezone.now()
    stale = [row.pk for row in sessions if row.user_id and row.seen_at < now - SEEN_EVERY]
    if stale:
        Session.objects.filter(pk__in=stale).update(seen_at=now)


def _hash(session_key):
    return hash_token(session_key)[:40]


def _move_references(old, new):
    """Make what refers to the session `old`, such as devices for pushes, refer to `new`."""
    for relation in Session._meta.related_objects:
        rows = relation.related_model._base_manager.filter(**{relation.field.name: old})
        rows.update(**{relation.field.name: new})


def note_login(request):
    """Store the IP address, the browser and the time of a login in its session."""
    request.session[LOGIN] = {
        "address": _address_of(request),
        "browser": request.headers.get("User-Agent", "")[:200],
        "at": timezone.now().isoformat(),
    }


def _address_of(request):
    """Return the client's IP address, or None if it has none (a Unix domain socket)."""
    try:
        return str(ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")))
    except ValueError:
        return None


def sessions_of(user):
    """Return the sessions in which `user` is logged in, the most recently used first."""
    alive = Session.objects.filter(user=user, expire_date__gt=timezone.now())
    return alive.order_by("-seen_at", "pk")


@transaction.atomic
def end(sessions):
    """Delete the queryset `sessions` and close the sockets that they opened."""
    people = set(sessions.exclude(user=None).values_list("user", flat=True))
    if people:
        narrow_access(people)  # first, because it locks users, as storing a session does
    sessions.delete()
