"""Reads OIDC_*: an OpenID Connect provider for logging in.

    OIDC_ISSUER=https://login.example.org/realms/us    with or without /.well-known/…
    OIDC_CLIENT_ID, OIDC_CLIENT_SECRET                 as issued by the provider
    OIDC_NAME                                          the button's text; default: the host

Register this redirect URI at the provider: https://<host>/accounts/oidc/sso/login/callback/
"""

import re
from urllib.parse import urlsplit

from .env import ConfigurationError

PROVIDER_ID = "sso"
LOOPBACK = {"127.0.0.1", "::1", "localhost"}


def providers(issuer, client_id, client_secret, name=""):
    """Return allauth's SOCIALACCOUNT_PROVIDERS; empty without an `issuer`.

    Raise ConfigurationError for an issuer that cannot be read or does not use TLS: TLS is what
    proves that a claim is the provider's (OpenID Connect Core 1.0, 3.1.3.7, 6).
    """
    if not issuer:
        return {}
    issuer = issuer.removesuffix("/").removesuffix("/.well-known/openid-configuration")
    if not _is_issuer(issuer):
        raise ConfigurationError("OIDC_ISSUER must look like https://login.example.org")
    parts = urlsplit(issuer)
    if not client_id or not client_secret:
        raise ConfigurationError("OIDC_ISSUER needs OIDC_CLIENT_ID and OIDC_CLIENT_SECRET.")
    app = {
        "provider_id": PROVIDER_ID,
        "name": name or parts.hostname,
        "client_id": client_id,
        "secret": client_secret,
        "settings": {"server_url": issuer.rstrip("/")},
    }
    return {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}


def _is_issuer(text):
    """Return True for an https address without a query (OpenID Connect Core 1.0, 2)."""
    try:
        parts = urlsplit(text)
        is_whole = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    is_private = parts.scheme == "https" or parts.hostname in LOOPBACK
    return is_whole and is_private and not re.search(r"[@?#\s]", text)
