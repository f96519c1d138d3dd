"""A misconfigured start fails at once, with a message that says what to do."""

import pytest
from django.core.checks import run_checks
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from files.stores.address import StoreAddress
from tertulia.operations.health import Fault, try_migrations
from tertulia.server import application

START = ("-c", "import sys; sys.path.insert(0, 'site'); import tertulia.asgi")
HSTS_OF_AN_ANSWER = """
import os, sys
sys.path.insert(0, "site")
os.environ["DJANGO_SETTINGS_MODULE"] = "tertulia.settings"
from django.http import HttpResponse
from django.middleware.security import SecurityMiddleware
from django.test import RequestFactory
request = RequestFactory().get("/", HTTP_X_FORWARDED_PROTO="https")
print(SecurityMiddleware(lambda request: HttpResponse())(request)["Strict-Transport-Security"])
"""
NOTHING = {"SECRET_KEY": None, "ALLOWED_HOSTS": None, "DATABASE_URL": None, "PORT": None}


@pytest.fixture
def found(monkeypatch, settings):
    """Return a function that returns the ids of the checks' messages for variables and settings."""

    def checked(variables=(), **changes):
        for name, value in dict(variables).items():
            monkeypatch.setenv(name, value)
        for name, value in changes.items():
            setattr(settings, name, value)
        return [message.id for message in run_checks(tags=["security"])]

    return checked


def test_a_deployment_without_key_and_hosts_does_not_start(python):
    code, output = python(*START, SECRET_KEY=None, ALLOWED_HOSTS=None, RATE_LIMITS=None)
    assert (code, output.splitlines()) == (
        1,
        [
            "SECRET_KEY is not set."
            " Set SECRET_KEY to a long random text of your own and keep it secret.",
            "ALLOWED_HOSTS is not set."
            " Set ALLOWED_HOSTS to the host names that this site is reached by.",
        ],
    )


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("DEBUG", "perhaps", "DEBUG must be 1 or 0, not 'perhaps'."),
        ("TRUSTED_PROXIES", "-1", "TRUSTED_PROXIES must be a whole number, not '-1'."),
        (
            "DATABASE_URL",
            "postgres://h:x",
            "DATABASE_URL must look like postgres://user:password@host/name",
        ),
        ("HSTS", "all", "HSTS must be host, subdomains or preload, not 'all'."),
        ("EMAIL_URL", "smtp://u:p", "EMAIL_URL must look like smtp://user:password@host:587?tls=1"),
        (
            "ALLOWED_HOSTS",
            "a..b",
            "ALLOWED_HOSTS: 'a..b' is not a host name like chat.example.com.",
        ),
    ],
)
def test_a_variable_that_cannot_be_read_is_named(python, name, value, sentence):
    assert python(*START, **{name: value}) == (1, sentence)


def test_a_site_that_goes_by_any_name_does_not_start(python):
    code, output = python(*START, ALLOWED_HOSTS="chat.example.com, *", RATE_LIMITS=None)
    assert (code, output) == (
        1,
        "ALLOWED_HOSTS=* lets every request name the site's host itself. List the host names of"
        " this site; .example.com stands for all below example.com.",
    )


def test_static_files_are_collected_before_any_variable_is_set(python):
    code, output = python("manage.py", "collectstatic", "--noinput", "--dry-run", **NOTHING)
    assert (code, "static file" in output) == (0, True), output


def test_what_is_deployed_has_nothing_to_be_warned_of(python):
    production = {"SECRET_KEY": "abcdefghij" * 6, "ALLOWED_HOSTS": "chat.example.com"}
    checked = python("manage.py", "check", "--deploy", **production, RATE_LIMITS=None)
    assert checked == (0, "System check identified no issues (3 silenced).")


@pytest.mark.parametrize(
    ("choice", "says"),
    [
        (None, "max-age=31536000"),
        ("subdomains", "max-age=31536000; includeSubDomains"),
        ("preload", "max-age=31536000; includeSubDomains; preload"),
    ],
)
def test_browsers_remember_tls_for_this_host_alone_unless_told_otherwise(python, choice, says):
    variables = {"ALLOWED_HOSTS": "chat.example.com", "TLS": "1", "HSTS": choice}
    assert python("-c", HSTS_OF_AN_ANSWER, **variables) == (0, says)


def test_a_file_on_a_disk_that_is_emptied_is_no_database(found):
    is_bucket = {"FILES_STORE": StoreAddress("s3")}
    assert found({"DYNO": "web.1"}, ON_SQLITE=True, **is_bucket) == ["tertulia.E003"]
    assert found({"DYNO": "web.1"}, ON_SQLITE=False, **is_bucket) == []


def test_tls_that_nobody_speaks_is_refused(found):
    assert found(HAS_TLS=True, TRUSTED_PROXIES=0) == ["tertulia.E004"]
    assert found(HAS_TLS=True, TRUSTED_PROXIES=1) == []


def test_several_processes_without_redis_are_warned(found):
    assert found(PROCESSES=2, REDIS_URL="") == ["tertulia.W001"]
    assert found(PROCESSES=2, REDIS_URL="redis://localhost") == []


def test_a_folder_of_templates_that_is_not_there_is_said(found, tmp_path):
    assert found(TEMPLATES_DIR=str(tmp_path / "missing")) == ["tertulia.W010"]
    assert found(TEMPLATES_DIR=str(tmp_path)) == []


def test_limits_that_are_off_are_said_in_the_log(found, caplog):
    assert found(RATE_LIMITS=False) == ["tertulia.W002"]
    application.exit_if_misconfigured()
    assert "RATE_LIMITS=off" in caplog.text


def test_a_database_newer_than_the_code_is_refused(db):
    MigrationRecorder(connection).record_applied("rooms", "0999_from_the_future")
    with pytest.raises(Fault, match=r"newer than the code \(rooms\.0999_from_the_future\)"):
        try_migrations()


def test_a_database_older_than_the_code_is_refused(db):
    MigrationRecorder(connection).record_unapplied("rooms", "0001_initial")
    with pytest.raises(Fault, match=r"run `python manage\.py migrate`"):
        try_migrations()


def test_a_start_that_is_refused_says_why_to_the_server(python):
    code, output = python(
        *("-m", "uvicorn", "--app-dir", "site", "tertulia.asgi:application", "--lifespan", "on"),
        PORT="0",
    )
    assert code == 3
    assert "The database is older than the code" in output
