"""The health check and the metrics."""

import asyncio
import threading
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection

from messaging.message.actions import post_message
from tertulia.operations import metrics
from tertulia.server.processes import Lease


@pytest.fixture
def scraped(client, settings):
    """Return a function that reads the metrics with the token, as {name and labels: value}."""
    settings.METRICS_TOKEN = "token"

    def read():
        response = client.get("/metrics", headers={"Authorization": "Bearer token"})
        lines = response.text.splitlines()
        return dict(line.rsplit(" ", 1) for line in lines if not line.startswith("#"))

    return read


def test_a_platform_asks_by_any_name_and_without_tls(client, db, settings):
    settings.SECURE_SSL_REDIRECT = True
    response = client.get("/healthz", headers={"Host": "10.1.2.3:5000"})
    assert (response.status_code, response.text) == (200, "ok\n")


def test_a_site_without_its_database_is_not_well_and_says_nothing_of_it(client, db, monkeypatch):
    def away():
        raise DatabaseError("password of postgres.internal refused")

    with monkeypatch.context() as patch:
        patch.setattr(connection, "cursor", away)
        response = client.get("/healthz")
    said = "The database does not answer: check DATABASE_URL.\n"
    assert (response.status_code, response.text) == (503, said)


def test_a_site_without_its_redis_is_not_well(client, db, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1"
    settings.CACHES = {
        "default": {
            "BACKEND": "tertulia.config.redis_cache.RedisCache",
            "LOCATION": settings.REDIS_URL,
        }
    }
    response = client.get("/healthz")
    assert (response.status_code, response.text) == (
        503,
        "Redis does not answer: check REDIS_URL.\n",
    )


@pytest.mark.parametrize("header", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "é"}])
def test_eve_reads_no_metrics(client, db, settings, header):
    settings.METRICS_TOKEN = "token"
    response = client.get("/metrics", headers=header)
    assert (response.status_code, response.content) == (401, b"")


def test_nobody_reads_metrics_where_there_is_no_token(client, db, settings):
    settings.METRICS_TOKEN = ""
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


def test_one_look_shows_every_process(db, scraped, monkeypatch):
    for readers in (3, 4):
        monkeypatch.setattr(metrics, "figures", lambda readers=readers: {"readers": readers})
        monkeypatch.setattr("os.getpid", lambda pid=readers: pid)
        Lease("web").renew()
    figures = scraped()
    assert sum(float(v) for name, v in figures.items() if name.startswith("tertulia_readers")) == 7
    assert figures['tertulia_processes{kind="web"}'] == "2.0"


def test_what_a_process_holds_open_is_counted(db, scraped):
    async def hold():
        metrics.watch(asyncio.get_running_loop())
        task = asyncio.create_task(asyncio.sleep(60))
        held = metrics.figures()
        task.cancel()
        return held

    held = asyncio.run(hold())
    metrics.watch(None)
    assert held["asyncio_tasks"] == 2  # the one that asks, and the one that sleeps
    assert held["threads"] == threading.active_count()
    files = metrics.figures()["open_files"]
    with Path(__file__).open():
        assert metrics.figures()["open_files"] == files + 1
    Lease("web").renew()
    names = {name.partition("{")[0] for name in scraped()}
    assert {"tertulia_threads", "tertulia_open_files"} <= names


def test_posts_are_counted(scraped, lobby, bruno):
    post_message(lobby, bruno, "Hello", "1")
    assert scraped()["tertulia_posts"] == "1.0"


def test_a_doctor_finds_nothing_wrong_with_what_is_well(db, capsys, settings):
    settings.STORAGES["staticfiles"]["BACKEND"] = (
        "django.contrib.staticfiles.storage.StaticFilesStorage"
    )
    call_command("doctor")
    lines = capsys.readouterr().out.splitlines()
    assert {line.split()[0] for line in lines} <= {"well", "note"}
    assert "well   The channel layer brings events back." in lines


@pytest.mark.parametrize(
    ("site", "sentence"),
    [
        ("https://chat.example", "The mail server does not let us in: check EMAIL_URL."),
        ("", "Mails cannot link to this site: set SITE_URL to its address."),
    ],
)
def test_a_doctor_names_what_is_wrong(db, capsys, settings, site, sentence):
    settings.SITE_URL = site
    settings.MAILERS = settings.MAILERS | {
        "server": {
            "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "OPTIONS": {"host": "127.0.0.1", "port": 1},
        }
    }
    with pytest.raises(SystemExit):
        call_command("doctor")
    assert f"wrong  {sentence}" in capsys.readouterr().out


def test_a_doctor_says_when_messages_would_not_be_found(db, capsys):
    is_sqlite = connection.vendor == "sqlite"
    part = "TRIGGER messaging_words_posted" if is_sqlite else "INDEX message_by_words"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP {part}")
    with pytest.raises(SystemExit):
        call_command("doctor")
    said = capsys.readouterr().out
    assert "wrong  The search index is incomplete: run `python manage.py migrate`." in said
