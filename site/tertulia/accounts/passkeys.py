"""Accepts passkeys from the site's own origin only.

A passkey signs the origin of the page that requested it. The library compares hosts only, and
accepts every port and subdomain (https://www.w3.org/TR/webauthn-3/#sctn-validating-origin).
"""

from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn.internal import auth
from fido2.rpid import verify_rp_id
from fido2.server import Fido2Server
from fido2.webauthn import PublicKeyCredentialRpEntity

from ..config.origins import origin_of


def require_own_origin():
    """Replace allauth's factory of Fido2Server, which verifies every passkey."""
    auth.get_server = _server


def _server():
    site = PublicKeyCredentialRpEntity(**get_adapter().get_public_key_credential_rp_entity())
    own = origin_of(context.request)

    def is_own(origin):
        # Also run the library's check: it requires HTTPS or localhost, as browsers do.
        return own is not None and origin == own and verify_rp_id(site.id, origin)

    return Fido2Server(site, verify_origin=is_own)
