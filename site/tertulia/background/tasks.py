"""The site's background tasks and the schedule of the recurring ones."""

import json
from datetime import timedelta
from importlib import import_module

from django.conf import settings
from django.core.cache import caches
from django.core.cache.backends.db import DatabaseCache
from django.core.mail import EmailMultiAlternatives, mailers
from django.db import connection
from django.db.models import Q
from django.tasks import TaskResultStatus, task
from django.utils import timezone

from rooms.models import Presence
from users.models import Invitation, LoginLink
from users.sessions.encryption import decrypt_or_none

from ..config.email_url import MailNotSent, cause_of
from .models import KeptTask

# How long expired links and finished tasks are kept, so that people can still look them up.
LINKS_KEPT = timedelta(days=30)
DONE_KEPT = timedelta(days=1)
FAILED_KEPT = timedelta(days=30)


@task
def send_mail(sealed):
    """Send a mail to the mail server; raise MailNotSent if that fails.

    `sealed` is the encrypted JSON of EmailMultiAlternatives' arguments, from `mail_backend`.
    """
    fields = decrypt_or_none(sealed)
    if fields is None:
        raise MailNotSent("It was encrypted with another SECRET_KEY.")
    try:
        mailers["server"].send_messages([EmailMultiAlternatives(**json.loads(fields))])
    except Exception as error:
        raise MailNotSent(cause_of(error)) from None


@task
def forget_presence():
    """Delete expired presence rows, left by connections that ended without cleaning up."""
    Presence.objects.filter(expires_at__lte=timezone.now()).delete()


@task
def forget_links():
    """Delete invitations and login links that expired or were revoked LINKS_KEPT ago."""
    before = timezone.now() - LINKS_KEPT
    for links in (Invitation.objects, LoginLink.objects):
        links.filter(Q(expires_at__lt=before) | Q(revoked_at__lt=before)).delete()


@task
def forget_sessions():
    """Delete expired sessions."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()


@task
def forget_cache():
    """Delete expired entries of a database cache; other caches do so by themselves."""
    if isinstance(caches["default"], DatabaseCache):
        table = connection.ops.quote_name(settings.CACHES["default"]["LOCATION"])
        now = connection.ops.adapt_datetimefield_value(timezone.now().replace(tzinfo=None))
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table} WHERE expires < %s", [now])


@task
def forget_tasks():
    """Delete the tasks that finished DONE_KEPT ago or failed FAILED_KEPT ago."""
    for status, kept in (
        (TaskResultStatus.SUCCESSFUL, DONE_KEPT),
        (TaskResultStatus.FAILED, FAILED_KEPT),
    ):
        KeptTask.objects.filter(status=status, finished_at__lt=timezone.now() - kept).delete()


# Seconds between two runs of each recurring task. A task of an app is named by its path.
SCHEDULE = {
    "files.tasks.forget_orphans": 30,
    "files.tasks.forget_incoming": 3600,
    "messaging.attachments.tasks.forget_unsent": 600,
    "messaging.notifications.tasks.queue_notifications": 60,
    "messaging.notifications.push.tasks.send_late": 60,
    "messaging.previews.tasks.forget_answers": 20,
    "messaging.later.tasks.queue_reminders": 60,
    "messaging.later.tasks.forget_done": 3600,
    "messaging.reports.tasks.forget_versions": 3600,
    "messaging.scheduled.tasks.post_due": 5,
    "messaging.webhooks.outgoing.tasks.queue_late": 60,
    "messaging.webhooks.outgoing.tasks.forget_changes": 3600,
    "users.status.tasks.end_due": 30,
    "users.tokens.tasks.warn_of_ends": 600,
    "users.tokens.tasks.forget_tokens": 3600,
    forget_presence: 60,
    forget_links: 3600,
    forget_sessions: 3600,
    forget_cache: 3600,
    forget_tasks: 3600,
}


def keep_schedule():
    """Make the recurring tasks in the database those of SCHEDULE."""
    every = {getattr(task, "module_path", task): seconds for task, seconds in SCHEDULE.items()}
    recurring = KeptTask.objects.filter(every__isnull=False)
    recurring.exclude(path__in=every).delete()
    new = [KeptTask(path=path, every=seconds) for path, seconds in every.items()]
    KeptTask.objects.bulk_create(new, ignore_conflicts=True)
    for path, seconds in every.items():
        recurring.filter(path=path).exclude(every=seconds).update(every=seconds)
