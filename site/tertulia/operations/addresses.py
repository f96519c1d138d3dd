"""Find what is at an address, as Django does, and for programs with or without a slash at its end.

Pages and webhooks end in a slash, and addresses of the API do not. Who mixes them up must not lose
a body by a redirect.
"""

from django.urls import ResolverMatch, resolve

from .problems import is_for_programs

WEBHOOKS = "/hooks/"


def is_webhook(path: str) -> bool:
    """Return True if `path` is the address of an incoming webhook, or could be."""
    return path.startswith(WEBHOOKS)


def resolve_address(path: str) -> ResolverMatch:
    """Return the ResolverMatch of `path`; raise Resolver404, an Http404."""
    if is_webhook(path):
        return resolve(f"{path.rstrip('/')}/")
    return resolve(path.rstrip("/") if is_for_programs(path) else path)
