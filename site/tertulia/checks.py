"""Stops a start that could not end well, with a sentence that says what to do."""

from django.conf import settings
from django.core.checks import Error, Tags, register

from .env import env


@register(Tags.security)
def deploy_variables(app_configs, **kwargs):
    """A deployment needs a secret key of its own and the names it is reached by."""
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
