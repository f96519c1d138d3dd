"""Runs in `manage.py shell`: creates a room with PEOPLE logged-in members, prints their cookies."""

import json
import os

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.hashers import make_password
from django.db import transaction

from core.text import fold
from rooms.actions import create_room
from rooms.models import Membership
from users.actions import set_up_workspace
from users.models import User
from users.sessions.store import SessionStore


def newcomer(name):
    """Return an unsaved user without a password, whose name is not checked for look-alikes."""
    return User(
        username=name,
        username_key=fold(name),
        email=f"{name}@example.com",
        password=make_password(None),
    )


def log_in(person):
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


with transaction.atomic():
    ana = set_up_workspace("Casa", "open", "ana", "ana@example.com", "correct horse")
    square = create_room(ana, "Square")
    names = [f"person{number}" for number in range(int(os.environ["PEOPLE"]))]
    people = User.objects.bulk_create(map(newcomer, names))
    Membership.objects.bulk_create(Membership(room=square, user=person) for person in people)
    print("COOKIES", json.dumps([log_in(person) for person in people]))
