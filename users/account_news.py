"""Log what others do with a user's account, and notify that user.

The user gets an e-mail if their address is confirmed, and a line on every page until they have seen
it in that browser.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from .audit import record
from .languages import language_of
from .models import User, Workspace

SEEN = "account_news_seen"  # session key: the time up to which the user has seen the news
SHOWN_FOR = timedelta(days=30)


def record_and_notify(act, actor, person, room=None, detail="", email=None):
    """Log an act about `person` and notify them, in the caller's transaction.

    The e-mail goes to `email`, which must be confirmed, or to their current confirmed address. Acts
    of `person` themselves, and those without an `actor`, send no notification.
    """
    entry = record(act, actor, person=person, room=room, detail=detail)
    if entry is None or actor == person:
        return
    User.objects.filter(pk=person.pk).update(news_at=entry.at)
    recipient = email or _confirmed_email_of(person)
    if settings.EMAIL_URL and recipient:
        _mail_about(entry, recipient).send()


def _confirmed_email_of(person):
    people = User.objects.with_confirmed_email().filter(pk=person.pk)
    return people.values_list("email", flat=True).first()


def _mail_about(entry, recipient):
    page = {
        "entry": entry,
        "person": entry.person,
        "workspace": Workspace.current(),
        "address": settings.SITE_URL + reverse("users:account_news"),
    }
    with translation.override(language_of(entry.person)):
        subject = render_to_string("users/email/account_news_subject.txt", page)
        body = render_to_string("users/email/account_news.txt", page)
    return EmailMessage(" ".join(subject.split()), body, to=[recipient])


def has_news(request):
    """Return True if the account has news of the last 30 days that this session has not shown."""
    news_at = getattr(getattr(request, "user", None), "news_at", None)
    if news_at is None or news_at < timezone.now() - SHOWN_FOR:
        return False
    seen = request.session.get(SEEN)
    return seen is None or datetime.fromisoformat(seen) < news_at


def note_seen(request):
    """Mark all news as seen in this session."""
    request.session[SEEN] = timezone.now().isoformat()
