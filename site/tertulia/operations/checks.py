"""System checks: stop a misconfigured start with a message that says what to do."""

from pathlib import Path

from django.conf import settings
from django.core.checks import Error, Tags, Warning, register
from django.template.defaultfilters import filesizeformat

from ..config.database_url import fault_of_file
from ..config.env import env
from ..config.files_url import fault_of_folder


@register(Tags.security)
def deploy_variables(app_configs, **kwargs):
    """A deployment needs its own secret key and its host names."""
    if settings.LOCAL or settings.DEBUG:
        return []
    missing = [name for name in ("SECRET_KEY", "ALLOWED_HOSTS") if not env(name)]
    return [
        Error(f"{name} is not set.", hint=_HINTS[name], id=f"tertulia.E00{number}")
        for number, name in enumerate(missing, 1)
    ]


_HINTS = {
    "SECRET_KEY": "Set SECRET_KEY to a long random text of your own and keep it secret.",
    "ALLOWED_HOSTS": "Set ALLOWED_HOSTS to the host names that this site is reached by.",
}


@register(Tags.security)
def named_hosts(app_configs, **kwargs):
    """Sockets, passkeys and forms trust the Host header, so wildcards are not allowed."""
    wildcards = [host for host in settings.ALLOWED_HOSTS if "*" in host or not host.strip(".")]
    if not wildcards:
        return []
    return [
        Error(
            f"ALLOWED_HOSTS={','.join(wildcards)} lets every request name the site's host itself.",
            hint="List the host names of this site; .example.com stands for all below example.com.",
            id="tertulia.E005",
        )
    ]


@register(Tags.security)
def lasting_database(app_configs, **kwargs):
    """A platform that sets DYNO empties its disk at each restart, including SQLite's file."""
    if not env("DYNO") or not settings.ON_SQLITE:
        return []
    return [
        Error(
            "The database is a file (SQLite) on a disk that this platform empties.",
            hint="Add PostgreSQL, which sets DATABASE_URL.",
            id="tertulia.E003",
        )
    ]


@register(Tags.security)
def writable_database(app_configs, **kwargs):
    """SQLite's file needs an existing, writable folder."""
    fault = fault_of_file(settings.DATABASES["default"]["NAME"]) if settings.ON_SQLITE else ""
    if not fault:
        return []
    hint = "Correct DATABASE_URL, or make the folder and let this user write to it."
    return [Error(fault, hint=hint, id="tertulia.E010")]


@register(Tags.security)
def lasting_files(app_configs, **kwargs):
    """A platform that sets DYNO empties its disk at each restart, including uploaded files."""
    if not env("DYNO") or settings.FILES_STORE.kind == "s3":
        return []
    if settings.FILES_STORE.kind == "folder":
        return [
            Error(
                "FILES_URL is a folder on a disk that this platform empties.",
                hint="Set FILES_URL to s3://key:secret@host/bucket?region=…, or to database:",
                id="tertulia.E006",
            )
        ]
    if settings.FILES_URL:
        return []
    return [
        Warning(
            f"Uploaded files are in the database: {filesizeformat(settings.FILES_LIMIT)} a file,"
            f" {filesizeformat(settings.FILES_QUOTA)} in all.",
            hint=MORE_FILES,
            id="tertulia.W004",
        )
    ]


MORE_FILES = (
    "For more, set FILES_URL to s3://key:secret@host/bucket?region=…, or raise FILES_LIMIT and"
    " FILES_QUOTA and set FILES_URL=database:."
)


@register(Tags.security)
def writable_files(app_configs, **kwargs):
    """The folder of uploaded files must be there, or in a place where it can be made."""
    is_folder = settings.FILES_STORE.kind == "folder"
    fault = fault_of_folder(settings.FILES_FOLDER) if is_folder else ""
    if not fault:
        return []
    hint = "Correct FILES_URL, or let this user write to the folder."
    return [Error(fault, hint=hint, id="tertulia.E011")]


@register(Tags.security)
def tls_somewhere(app_configs, **kwargs):
    """The site does not terminate TLS, so with HTTPS it needs a trusted proxy in front."""
    if not settings.HAS_TLS or settings.TRUSTED_PROXIES:
        return []
    return [
        Error(
            "TLS is on, but TRUSTED_PROXIES=0 says that no proxy in front of the site speaks it.",
            hint="Set TRUSTED_PROXIES to the number of proxies, or TLS=off where there is no TLS.",
            id="tertulia.E004",
        )
    ]


@register(Tags.security)
def shared_layer(app_configs, **kwargs):
    """Without Redis, messages reach the readers of other processes only by the safety query."""
    if settings.REDIS_URL or settings.PROCESSES < 2:
        return []
    return [
        Warning(
            f"WEB_CONCURRENCY={settings.PROCESSES} without Redis: what one process takes, the"
            " readers of the others see some seconds late.",
            hint="Set REDIS_URL, or WEB_CONCURRENCY=1.",
            id="tertulia.W001",
        )
    ]


@register(Tags.security)
def templates_folder(app_configs, **kwargs):
    """A missing TEMPLATES_DIR would be ignored silently."""
    if not settings.TEMPLATES_DIR or Path(settings.TEMPLATES_DIR).is_dir():
        return []
    return [
        Warning(
            f"TEMPLATES_DIR={settings.TEMPLATES_DIR} is not a folder: only the product's own"
            " templates are used.",
            hint="Correct TEMPLATES_DIR, or make the folder.",
            id="tertulia.W010",
        )
    ]


@register(Tags.security)
def known_address(app_configs, **kwargs):
    """Links in mails need one address; .example.com is a pattern."""
    hosts = settings.ALLOWED_HOSTS
    if env("SITE_URL") or not hosts or any(not host.startswith((".", "*")) for host in hosts):
        return []
    return [
        Warning(
            f"SITE_URL is not set: links in mails and invitations begin with {settings.SITE_URL}.",
            hint="Set SITE_URL to the address by which people reach this site.",
            id="tertulia.W003",
        )
    ]


@register(Tags.security)
def limits_on(app_configs, **kwargs):
    """RATE_LIMITS=off is only for load tests."""
    if settings.RATE_LIMITS:
        return []
    return [
        Warning(
            "RATE_LIMITS=off: passwords can be guessed, and anybody can flood the site.",
            hint="Unset RATE_LIMITS, unless this is a load test.",
            id="tertulia.W002",
        )
    ]
