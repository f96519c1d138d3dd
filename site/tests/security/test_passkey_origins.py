"""Every use of a passkey accepts responses from the site's own origin only.

This file has its own authenticator, which signs any origin that a page on this machine could have.
"""

import json
import secrets

import pytest
from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.core.cache import cache
from django.test import Client
from django.utils.http import int_to_base36
from fido2.cose import ES256
from fido2.utils import sha256, websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData
from fido2.webauthn import CollectedClientData as ClientData

OWN = "http://localhost:8000"
ADD, LOGIN = "/accounts/2fa/webauthn/add/", "/accounts/2fa/webauthn/login/"
SECOND, AGAIN = "/accounts/2fa/authenticate/", "/accounts/2fa/webauthn/reauthenticate/"
FOREIGN = [
    "http://localhost:8001",
    "http://localhost",
    "https://localhost:8000",
    "https://localhost",
    "http://evil.localhost:8000",
    "http://LOCALHOST:8000",
    "http://localhost:8000/",
    "http://localhost:8000.evil.example",
    "http://127.0.0.1:8000",
    "null",
    "http://[",
    "",
]


class Device:
    """An authenticator with one key for `localhost`; it signs the origin it is given."""

    def __init__(self, user):
        self.user, self.id = user, secrets.token_bytes(16)
        self.key = ec.generate_private_key(ec.SECP256R1())

    def register(self, options, origin):
        public = ES256.from_cryptography_key(self.key.public_key())
        credential = AttestedCredentialData.create(bytes(16), self.id, public)
        data = AuthenticatorData.create(sha256(b"localhost"), 0x45, 0, credential)
        attestation = AttestationObject.create("none", data, {})
        client = ClientData.create("webauthn.create", options["challenge"], origin)
        return self._answer(client, attestationObject=websafe_encode(attestation))

    def sign(self, options, origin):
        data = AuthenticatorData.create(sha256(b"localhost"), 0x05, 1)
        client = ClientData.create("webauthn.get", options["challenge"], origin)
        signature = self.key.sign(data + client.hash, ec.ECDSA(hashes.SHA256()))
        user = websafe_encode(int_to_base36(self.user.pk).encode())
        return self._answer(
            client,
            authenticatorData=websafe_encode(data),
            signature=websafe_encode(signature),
            userHandle=user,
        )

    def _answer(self, client, **response):
        return json.dumps(
            {
                "id": websafe_encode(self.id),
                "rawId": websafe_encode(self.id),
                "type": "public-key",
                "response": {"clientDataJSON": client.b64, **response},
                "clientExtensionResults": {"credProps": {"rk": True}},
            }
        )


@pytest.fixture
def browser():
    """A browser at the site's own origin."""
    return Client(headers={"host": "localhost:8000"})


@pytest.fixture
def device(bruno):
    return Device(bruno)


@pytest.fixture
def add(browser, device, page):
    """Return a function that adds the passkey from `origin` and returns True if it was accepted."""

    def added(origin):
        data = page(browser.get(ADD)).select_one("#passkey-data").text
        answer = device.register(json.loads(data)["creation_options"]["publicKey"], origin)
        browser.post(ADD, {"name": "Key", "credential": answer, "passwordless": "on"})
        return Authenticator.objects.filter(type="webauthn").exists()

    browser.post("/accounts/login/", {"login": "bruno", "password": "correct horse"})
    browser.post("/accounts/reauthenticate/", {"password": "correct horse"})
    return added


def test_a_passkey_is_added_from_our_own_pages_only(add):
    assert [origin for origin in FOREIGN if add(origin)] == []
    assert add(OWN)


def test_a_passkey_alone_lets_in_from_our_own_pages_only(add, device):
    assert add(OWN)

    def lets_in(origin):
        cache.clear()  # the limit on failed logins is not what is tried here
        browser = Client(headers={"host": "localhost:8000"})
        options = browser.get(LOGIN, headers={"accept": "application/json"}).json()
        answer = device.sign(options["request_options"]["publicKey"], origin)
        browser.post(LOGIN, {"credential": answer})
        return "_auth_user_id" in browser.session

    assert [origin for origin in FOREIGN if lets_in(origin)] == []
    assert lets_in(OWN)


def options_of(document):
    return json.loads(document.select_one("#passkey-data").text)["request_options"]["publicKey"]


def test_a_passkey_as_second_factor_counts_from_our_own_pages_only(add, device, page):
    assert add(OWN)

    def lets_in(origin):
        cache.clear()  # the limit on failed logins is not what is tried here
        browser = Client(headers={"host": "localhost:8000"})
        browser.post("/accounts/login/", {"login": "bruno", "password": "correct horse"})
        answer = device.sign(options_of(page(browser.get(SECOND))), origin)
        browser.post(SECOND, {"credential": answer})
        return "_auth_user_id" in browser.session

    assert [origin for origin in FOREIGN[:3] if lets_in(origin)] == []
    assert lets_in(OWN)


def test_a_passkey_confirms_who_one_is_from_our_own_pages_only(add, browser, device, page):
    assert add(OWN)

    def is_confirmed(origin):
        answer = device.sign(options_of(page(browser.get(AGAIN))), origin)
        return browser.post(AGAIN, {"credential": answer})["Location"] != "/accounts/login/"

    assert [origin for origin in FOREIGN[:3] if is_confirmed(origin)] == []
    assert is_confirmed(OWN)
