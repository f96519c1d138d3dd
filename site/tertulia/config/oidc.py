"""Reads OIDC_*: an OpenID Connect provider that people may log in with.

    OIDC_ISSUER=https://login.example.org/realms/us    with or without /.well-known/…
    OIDC_CLIENT_ID, OIDC_CLIENT_SECRET                 as the provider gave them out
    OIDC_NAME                                          what the button says, else the host

At the provider, allow this address to be come back to: https://<host>/accounts/oidc/sso/login/callback/
"""

import re
from urllib.parse import urlsplit

from .env import Unfit

PROVIDER_ID = "sso"
LOOPBACK = {"127.0.0.1", "::1", "localhost"}


def providers(issuer, client_id, client_secret, name=""):
    """Return allauth's SOCIALACCOUNT_PROVIDERS: none without an `issuer`.

    Raises Unfit for one that cannot be read, or that has no TLS: what it says of people is believed
    because of that (OpenID Connect Core 1.0, 3.1.3.7, 6).
    """
    if not issuer:
        return {}
    issuer = issuer.removesuffix("/").removesuffix("/.well-known/openid-configuration")
    if not _is_issuer(issuer):
        raise Unfit("OIDC_ISSUER must look like https://login.example.org")
    parts = urlsplit(issuer)
    if not client_id or not client_secret:
        raise Unfit("OIDC_ISSUER needs OIDC_CLIENT_ID and OIDC_CLIENT_SECRET.")
    app = {
        "provider_id": PROVIDER_ID,
        "name": name or parts.hostname,
        "client_id": client_id,
        "secret": client_secret,
        "settings": {"server_url": issuer.rstrip("/")},
    }
    return {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}


def _is_issuer(text):
    """Return True for an address with TLS and no query (OpenID Connect Core 1.0, 2)."""
    try:
        parts = urlsplit(text)
        is_whole = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    is_private = parts.scheme == "https" or parts.hostname in LOOPBACK
    return is_whole and is_private and not re.search(r"[@?#\s]", text)
