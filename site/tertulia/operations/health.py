"""Health checks of everything the site depends on; each fault says what to do."""

import asyncio
from datetime import timedelta
from io import BytesIO

from channels.layers import get_channel_layer
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.cache import cache
from django.core.mail import mailers
from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from files import stores
from files.models import new_key
from messaging.search.schema import missing_parts

from ..background.models import KeptTask
from ..config.database_url import fault_of_file

LAYER_SECONDS = 5
OVERDUE = timedelta(minutes=5)


class Fault(Exception):
    """A dependency of the site does not work; the message says what to do.

    `public` is the part that may be shown to anybody.
    """

    def __init__(self, sentence, cause=None):
        said = str(cause or "").strip().partition("\n")[0] or type(cause).__name__
        super().__init__(f"{sentence} ({said})" if cause else sentence)
        self.public = sentence


def try_database():
    """Raise Fault if the database does not answer."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Exception as error:
        raise Fault("The database does not answer: check DATABASE_URL.", error) from error


def database_fault():
    """Return why the database cannot be used, as a sentence, or "" if it can."""
    if settings.ON_SQLITE and (fault := fault_of_file(settings.DATABASES["default"]["NAME"])):
        return fault
    try:
        try_database()
        try_migrations()
    except Fault as fault:
        return str(fault)
    except Error as error:
        return str(Fault("The database cannot be read.", error))
    return ""


def try_redis():
    """Raise Fault if REDIS_URL is set and Redis does not answer."""
    if settings.REDIS_URL:
        try:
            cache._cache.get_client().ping()
        except Exception as error:
            raise Fault("Redis does not answer: check REDIS_URL.", error) from error


def try_migrations():
    """Raise Fault if the database and the code are of different releases."""
    unknown, missing = migrations()
    if unknown:
        raise Fault(
            f"The database is newer than the code ({', '.join(unknown)}):"
            " deploy the release that it belongs to, or restore a backup from before."
        )
    if missing:
        raise Fault(
            f"The database is older than the code ({', '.join(missing[:3])}):"
            " run `python manage.py migrate`."
        )


def migrations():
    """Return the migrations that are only in the database and those only in the code."""
    loader = MigrationLoader(connection)
    apps = {app for app, _name in loader.disk_migrations}
    unknown = {key for key in loader.applied_migrations if key[0] in apps}
    unknown -= set(loader.disk_migrations)
    for migration in loader.disk_migrations.values():
        unknown -= set(migration.replaces)
    missing = set(loader.graph.nodes) - set(loader.applied_migrations)
    return _names(unknown), _names(missing)


def applied(database, apps):
    """Return the names of the migrations of `apps` applied to a connection's database."""
    keys = MigrationLoader(database).applied_migrations
    return _names(key for key in keys if key[0] in apps)


def known_migrations():
    """Return the names of this release's migrations and of those that they replace."""
    known = MigrationLoader(None).disk_migrations
    return set(_names({*known, *(old for m in known.values() for old in m.replaces)}))


def _names(keys):
    return sorted(f"{app}.{name}" for app, name in keys)


def try_search():
    """Raise Fault if the search index is missing, so that new messages would not be found."""
    if missing_parts(connection):
        raise Fault("The search index is incomplete: run `python manage.py migrate`.")


def try_cache():
    """Raise Fault if the cache, which counts rate limits, does not store values."""
    try:
        cache.set("doctor", "here", 10)
        kept = cache.get("doctor")
    except Exception as error:
        sentence = "The cache does not work: run `python manage.py createcachetable`."
        raise Fault(sentence, error) from error
    if kept != "here":
        raise Fault("The cache forgets at once what it is given.")


def try_layer():
    """Raise Fault if an event does not arrive through the channel layer."""
    try:
        asyncio.run(asyncio.wait_for(_round_trip(), LAYER_SECONDS))
    except Exception as error:
        raise Fault("No event comes through the channel layer: check REDIS_URL.", error) from error


async def _round_trip():
    layer = get_channel_layer()
    channel = await layer.new_channel()
    await layer.group_add("doctor", channel)
    try:
        await layer.group_send("doctor", {"type": "doctor.asks"})
        while (await layer.receive(channel))["type"] != "doctor.asks":
            pass
    finally:
        await layer.group_discard("doctor", channel)
        await layer.flush()


def try_mail():
    """Raise Fault if the mail server is unreachable or rejects the login, or if the site's
    address for links in mails is unknown."""
    if "server" in mailers:
        if not settings.SITE_URL:
            raise Fault("Mails cannot link to this site: set SITE_URL to its address.")
        try:
            with mailers["server"]:
                pass
        except Exception as error:
            raise Fault("The mail server does not let us in: check EMAIL_URL.", error) from error


def try_tasks():
    """Raise Fault if tasks have failed, or have waited so long that no worker can be running."""
    overdue = timezone.now() - OVERDUE
    if KeptTask.objects.due().filter(run_after__lt=overdue).exists():
        raise Fault("Tasks wait and no process runs them: start the web process or a worker.")
    failed = KeptTask.objects.failed().count()
    if failed:
        raise Fault(f"Tasks have failed ({failed}): see the page /system/.")


def try_files():
    """Raise Fault if the store of files does not keep a byte; nothing of it is left."""
    name = new_key()
    try:
        store = stores.store()
        store.write(name, BytesIO(b"."))
        kept = b"".join(store.read(name, 0, 1))
        store.remove([name])
    except stores.Unavailable as error:
        raise Fault("Files cannot be stored: check FILES_URL.", error) from error
    if kept != b".":
        raise Fault("The store of files returns something else than it was given: see FILES_URL.")


def try_static_files():
    """Raise Fault if the stylesheet has not been collected."""
    try:
        staticfiles_storage.url("tertulia.css")
    except ValueError as error:
        raise Fault(
            "The static files are not collected: run `python manage.py collectstatic --noinput`."
        ) from error
