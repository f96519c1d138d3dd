"""Keep a form that was sent without a valid session until its user has logged in again.

The form is kept in the session, which is encrypted and ends with a logout. It is shown instead of
the page that the user returns to, and sent only when they press its button. Files, passwords and
other credentials are never kept. The text of a message returns to the composer (kept_text.py).
"""

import re
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import NamedTuple

from django.conf import settings
from django.core import signing
from django.utils import timezone
from django.utils.translation import gettext

from core import rate_limits

from ..models import Session
from ..sessions.store import stored_key_of

KEPT = "kept_form"
LIFE = timedelta(hours=1)
MAX_BYTES = 64 * 1024
READER = "reader"  # the signed cookie with the user who last logged in with this browser
_SECRET = re.compile(r"pass|secret|token|credential|code|key|otp", re.IGNORECASE)
_TECHNICAL = re.compile(r"(person|nonce|next|index|action|_|initial-)")


class KeptField(NamedTuple):
    name: str
    value: str
    is_shown: bool  # the user can see and edit the field; the others are hidden inputs

    @property
    def label(self):
        """The field's name as a label, translated if one of our forms has the same label."""
        return gettext(self.name.replace("_", " ").strip().capitalize())

    @property
    def is_long(self):
        return len(self.value) > 100 or "\n" in self.value


def fields_of(data):
    """Return the KeptFields of a form's data, or an empty list if it contains no typed text."""
    pairs = [(name, value) for name, values in data.lists() for value in values]
    fields = [
        KeptField(name, value, _is_shown(name, value, data))
        for name, value in pairs
        if not _SECRET.search(name)
    ]
    return fields if any(field.is_shown for field in fields) else []


def _is_shown(name, value, data):
    """Return True if the value was typed by the user, and is not the field's initial value."""
    is_typed = value.strip() and not _TECHNICAL.match(name)
    return bool(is_typed) and data.get(f"initial-{name}") != value


def keep(request, page):
    """Keep the form that `request` sent, to show it instead of `page`. Return True if it was kept.

    It is not kept if it is larger than MAX_BYTES, if it has no text, if its user is unknown, or if
    one IP address keeps too many.
    """
    fields = fields_of(request.POST)
    size = sum(len(field.name.encode()) + len(field.value.encode()) for field in fields)
    person = person_of(request)
    if not fields or size > MAX_BYTES or person is None or is_too_often(request):
        return False
    request.session[KEPT] = {
        "action": request.get_full_path(),
        "page": page.partition("?")[0],
        "fields": fields,
        "person": person,
        "at": timezone.now().isoformat(),
    }
    return True


def is_too_often(request):
    """Count that one more form or text is to be kept. Return True if its address keeps too many."""
    sender = SimpleNamespace(pk=request.META.get("REMOTE_ADDR"))
    return rate_limits.take("kept words", sender) > 0


def person_of(request):
    """Return the primary key, as text, of the user who sent a form, or None if unknown.

    If nobody is logged in, it is the user who was logged in with this browser before.
    """
    if request.user.is_authenticated:
        return str(request.user.pk)
    try:
        return request.get_signed_cookie(READER)
    except (KeyError, signing.BadSignature):
        return _person_of_expired(request)


def _person_of_expired(request):
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    rows = Session.objects.filter(pk=stored_key_of(key)).exclude(user=None)
    user_id = rows.values_list("user", flat=True).first()
    return None if user_id is None else str(user_id)


def waiting_for(request):
    """Return the kept form of this request's user and page: {"action", "fields"}, or None."""
    kept = request.session.get(KEPT)
    if not kept or kept["page"] != request.path or not _is_of(kept, request.user):
        return None
    if timezone.now() - datetime.fromisoformat(kept["at"]) > LIFE:
        return None
    return {"action": kept["action"], "fields": [KeptField(*field) for field in kept["fields"]]}


def drop_sent(request):
    """Delete the kept form when its user sends it."""
    kept = request.session.get(KEPT)
    if kept and kept["action"] == request.get_full_path():
        del request.session[KEPT]


def drop_others(request, user):
    """Delete a kept form that is not from `user`."""
    kept = request.session.get(KEPT)
    if kept and not _is_of(kept, user):
        del request.session[KEPT]


def _is_of(kept, user):
    return user.is_authenticated and kept["person"] == str(user.pk)
