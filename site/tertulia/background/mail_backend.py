"""Mail leaves through the tasks: stored with what it is about, sent soon, and until it is.

It is stored sealed (users.sessions.encryption), so that neither the table nor a backup holds a
link or a code that lets somebody in.
"""

import json

from django.core.mail import DNS_NAME, make_msgid
from django.core.mail.backends.base import BaseEmailBackend

from users.sessions.encryption import seal

from .tasks import send_mail


class KeptMail(BaseEmailBackend):
    """The mailer "default" where there is a mail server, which is the mailer "server"."""

    def send_messages(self, email_messages):
        """Keep each mail as a task; ValueError for one with attachments, which are not kept."""
        for message in email_messages:
            send_mail.enqueue(seal(json.dumps(fields_of(message))))
        return len(email_messages)


def fields_of(message):
    """Return what makes the same EmailMultiAlternatives again, as JSON holds it."""
    if message.attachments:
        raise ValueError("Mail with attachments cannot be kept.")
    return {
        "subject": str(message.subject),
        "body": str(message.body),
        "from_email": message.from_email,
        **{name: list(getattr(message, name)) for name in ("to", "cc", "bcc", "reply_to")},
        # One id, however often it is tried: a mailbox that gets two knows that they are one.
        "headers": {"Message-ID": make_msgid(domain=DNS_NAME), **message.extra_headers},
        "alternatives": [list(part) for part in getattr(message, "alternatives", [])],
    }
