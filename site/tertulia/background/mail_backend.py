"""A mail backend that stores each mail as a task, which is retried until the server accepts it.

The mail is stored in the transaction that causes it. It is encrypted (users.sessions.encryption),
so that neither the table nor a backup contains a readable login link or code.
"""

import json

from django.core.mail import DNS_NAME, make_msgid
from django.core.mail.backends.base import BaseEmailBackend

from users.sessions.encryption import encrypt

from .tasks import send_mail


class QueuedEmailBackend(BaseEmailBackend):
    """The mailer "default" if there is a mail server; the mailer "server" sends to it."""

    def send_messages(self, email_messages):
        """Store each mail as a task and return their number.

        Raise ValueError for a mail with attachments, which are not supported.
        """
        for message in email_messages:
            send_mail.enqueue(encrypt(json.dumps(fields_of(message))))
        return len(email_messages)


def fields_of(message):
    """Return the arguments of EmailMultiAlternatives that rebuild `message`, ready for JSON."""
    if message.attachments:
        raise ValueError("Mail with attachments cannot be queued.")
    return {
        "subject": str(message.subject),
        "body": str(message.body),
        "from_email": message.from_email,
        **{name: list(getattr(message, name)) for name in ("to", "cc", "bcc", "reply_to")},
        # The same id for every attempt, so that a mailbox can recognize a duplicate.
        "headers": {"Message-ID": make_msgid(domain=DNS_NAME), **message.extra_headers},
        "alternatives": [list(part) for part in getattr(message, "alternatives", [])],
    }
