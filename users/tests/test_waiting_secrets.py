"""No stored, backed up or logged data give access, not even while they wait to be sent."""

import io
import logging
import re
from base64 import b64encode
from contextlib import nullcontext
from smtplib import SMTPDataError, SMTPRecipientsRefused

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.core import mail
from django.core.cache import cache
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection
from django.test import Client
from django.test.utils import override_settings

from tertulia.background import worker
from tertulia.config.email_url import cause_of
from tertulia.config.logging import WithoutPaths
from tertulia.data.backup import write_backup
from tertulia.models import KeptTask, Process
from tertulia.server.processes import Lease
from users.models import Session

ASK, VERIFY = "/accounts/login/code/", "/accounts/confirm-email/"


class Quoting(BaseEmailBackend):
    """A mail server that rejects every mail and quotes it in the error."""

    def send_messages(self, messages):
        body = messages[0].message().as_string()
        raise SMTPDataError(554, f"5.7.1 Spam: {body}".encode())


@pytest.fixture
def kept(settings, mail_server, bruno):
    """A site that stores mail as tasks before sending it."""
    cache.clear()
    bruno.emailaddress_set.create(email=bruno.email, verified=True, primary=True)
    server = settings.MAILERS["default"]
    settings.MAILERS = {
        "default": {"BACKEND": "tertulia.background.mail_backend.QueuedEmailBackend"},
        "server": server,
    }


def ask_for_everything():
    """Request a reset link, a login code and a code for a new address."""
    clients = [Client() for _ in range(3)]
    clients[0].post("/accounts/password/reset/", {"email": "bruno@example.com"})
    clients[1].post(ASK, {"email": "bruno@example.com"})
    fields = {"username": "clara", "email": "clara@example.com"}
    fields |= {"password1": "correct horse", "password2": "correct horse"}
    clients[2].post("/accounts/signup/", fields)
    return clients


def send_all():
    lease = Lease(Process.Kind.WORKER)
    lease.renew()
    KeptTask.objects.exclude(every=None).delete()
    return worker.run_due(lease.process)


def secrets_in(mails):
    found = []
    for sent in mails:
        found += re.findall(r"/reset/key/(\S+?)/?$", sent.body, re.M)
        found += re.findall(r"^[A-Z0-9]{4}-[A-Z0-9]{4}$|^\w{6}$", sent.body, re.M)
    return found


def everything_stored():
    """Return everything in the database, column by column, as text."""
    texts = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            texts += [str(row) for row in cursor.fetchall()]
    return "\n".join(texts)


def assert_holds_none(text, secrets):
    readable = text.replace("-", "")
    for secret in secrets:
        assert secret not in text and secret.replace("-", "") not in readable
        assert b64encode(secret.encode()).decode().rstrip("=")[:-2] not in text


def test_neither_the_database_nor_a_backup_holds_what_waits(kept, monkeypatch):
    monkeypatch.setattr("tertulia.data.backup.snapshot", lambda: nullcontext("default"))
    ask_for_everything()
    stored, backup = everything_stored(), io.BytesIO()
    write_backup(backup)
    send_all()
    secrets = secrets_in(mail.outbox)
    assert len(secrets) == 3
    assert_holds_none(stored, secrets)
    assert_holds_none(backup.getvalue().decode(), secrets)


def test_failed_mail_is_not_stored_readably_and_the_log_says_only_why(kept, settings, caplog):
    ask_for_everything()
    mailers = settings.MAILERS
    settings.MAILERS = mailers | {"server": {"BACKEND": f"{__name__}.Quoting"}}
    send_all()
    failed = KeptTask.objects.exclude(error="")
    assert [task.reason for task in failed] == ["SMTPDataError 554 5.7.1"] * 3
    logs, stored = caplog.text, everything_stored()
    settings.MAILERS = settings.MAILERS | {
        "server": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}
    }
    KeptTask.objects.update(run_after="2020-01-01T00:00Z")
    send_all()
    assert_holds_none(logs + stored, secrets_in(mail.outbox))
    assert "554 5.7.1" in logs


def test_what_waits_is_sent_with_a_former_key_and_not_with_another(kept, settings):
    ask_for_everything()
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "a newer key than the one before"
    send_all()
    assert len(mail.outbox) == 3
    Client().post(ASK, {"email": "bruno@example.com"})
    with override_settings(SECRET_KEY="another", SECRET_KEY_FALLBACKS=[]):
        send_all()
    assert len(mail.outbox) == 3
    assert "another SECRET_KEY" in KeptTask.objects.exclude(error="").get().error


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (SMTPDataError(554, b"5.7.1 secret"), "SMTPDataError 554 5.7.1"),
        (SMTPDataError(421, "secret 4.3.2"), "SMTPDataError 421 4.3.2"),
        (
            SMTPRecipientsRefused({"a@b.c": (550, b"5.1.1 secret")}),
            "SMTPRecipientsRefused 550 5.1.1",
        ),
        (ConnectionRefusedError(111, "secret"), "ConnectionRefusedError Connection refused"),
        (ValueError("secret"), "ValueError"),
    ],
)
def test_the_reason_of_a_failed_mail_contains_nothing_of_the_mail(error, told):
    assert cause_of(error) == told


def test_a_session_holds_nothing_readable(kept, client_of, bruno, monkeypatch):
    client = client_of(bruno)
    client.post("/accounts/reauthenticate/", {"password": "correct horse"})
    client.get("/accounts/2fa/totp/activate/")
    secret = client.session[totp.SECRET_SESSION_KEY]
    stored = "".join(Session.objects.values_list("session_data", flat=True))
    assert_holds_none(stored, [secret, "_auth_user_id"])


def test_a_session_encrypted_with_another_key_logs_nobody_in(client_of, bruno, settings):
    client = client_of(bruno)
    settings.SECRET_KEY = "another"
    assert client.get("/profile/").status_code == 302


@pytest.mark.parametrize("logger", ["django.request", "django.security.csrf"])
def test_a_log_names_the_route_of_a_secret_address(rf, logger):
    request = rf.get("/enter/secret/")
    request.resolver_match = None
    record = logging.LogRecord(logger, 40, "", 1, "%s: %s", ("Broken", request.path), None)
    record.request = request
    assert WithoutPaths().filter(record)
    assert record.getMessage() == "Broken: an unknown page"


def test_a_refused_form_behind_a_secret_address_leaves_no_secret_in_the_log(ana, caplog):
    caplog.handler.addFilter(WithoutPaths())
    Client(enforce_csrf_checks=True).post("/enter/some-secret/")
    assert "/enter/<token>/" in caplog.text and "some-secret" not in caplog.text
