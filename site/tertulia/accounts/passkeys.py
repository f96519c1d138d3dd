"""Passkeys are taken from the site's own pages only.

A passkey signs the origin of the page that asked for it. The library compares that by host, and
takes every port and subdomain (https://www.w3.org/TR/webauthn-3/#sctn-validating-origin).
"""

from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn.internal import auth
from fido2.rpid import verify_rp_id
from fido2.server import Fido2Server
from fido2.webauthn import PublicKeyCredentialRpEntity

from ..config.origins import origin_of


def take_from_own_pages_only():
    """Replace the function by which allauth makes what verifies passkeys, for all its uses."""
    auth.get_server = _server


def _server():
    site = PublicKeyCredentialRpEntity(**get_adapter().get_public_key_credential_rp_entity())
    own = origin_of(context.request)

    def is_own(origin):
        # The library's own check as well: it knows where browsers offer passkeys at all.
        return own is not None and origin == own and verify_rp_id(site.id, origin)

    return Fido2Server(site, verify_origin=is_own)
