"""The key of this site: one, made at its first use, and replaced if it cannot be read."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.db import connection
from django.utils import timezone

from core import read_only
from messaging.models import PushSubscription
from messaging.notifications.push import vapid
from messaging.notifications.push.encryption import CURVE, from_base64url
from users.models import Session, Workspace

ENDPOINT = "https://push.example/send/abc"


@pytest.fixture(autouse=True)
def address(settings):
    settings.SITE_URL = "https://chat.example"


def keep_device(user):
    session = Session.objects.create(
        session_key="s", user=user, expire_date=timezone.now() + timedelta(days=1)
    )
    return PushSubscription.objects.create(user=user, session=session, endpoint_hash="h")


def test_the_key_is_made_once_and_stored_unreadably(workspace):
    key = vapid.public_key()
    assert (len(from_base64url(key)), from_base64url(key)[0]) == (65, 4)
    assert vapid.public_key() == key
    sealed = Workspace.current().push_key
    assert len(sealed) > 40 and vapid.current().private not in sealed


def test_a_read_only_request_makes_no_key(workspace):
    with read_only.enforced("prefetch"):
        assert vapid.public_key() == ""
    key = vapid.public_key()
    with read_only.enforced("prefetch"):
        assert vapid.public_key() == key


def test_before_the_first_run_there_is_none(db):
    assert vapid.public_key() == ""


@pytest.mark.parametrize("sealed", ["", "rubbish", "gAAAAABm"])
def test_a_key_that_cannot_be_read_is_replaced_and_devices_subscribe_anew(workspace, ana, sealed):
    key = vapid.public_key()
    keep_device(ana)
    Workspace.objects.update(push_key=sealed)
    assert vapid.public_key() not in {"", key}
    assert not PushSubscription.objects.exists()


def test_after_a_restore_under_another_secret_key_there_is_a_new_one(workspace, ana, settings):
    key = vapid.public_key()
    keep_device(ana)
    settings.SECRET_KEY = "another " * 10
    assert vapid.public_key() not in {"", key}
    assert not PushSubscription.objects.exists()


def test_an_old_secret_key_still_opens_it(workspace, ana, settings):
    key = vapid.public_key()
    keep_device(ana)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another " * 10
    assert vapid.public_key() == key
    assert PushSubscription.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_processes_that_need_it_at_once_make_one(workspace):
    barrier = Barrier(4)

    def ask(_number):
        try:
            barrier.wait(timeout=30)
            return vapid.public_key()
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        assert len(set(threads.map(ask, range(4)))) == 1


@pytest.mark.parametrize(
    ("site", "mail", "reason"),
    [
        ("https://chat.example", "", ""),
        ("", "smtp://mail.example", "address"),
        ("http://chat.example", "", "http"),
        ("http://chat.example", "smtp://mail.example", ""),
    ],
)
def test_pushes_need_an_address_and_somebody_to_ask(workspace, settings, site, mail, reason):
    settings.SITE_URL, settings.EMAIL_URL = site, mail
    assert vapid.why_off() == reason
    assert bool(vapid.public_key()) == (not reason)


def claims_of(header):
    """The claims of a header Authorization, whose signature its own key has made."""
    scheme, token, key = header.split(" ", 2)
    assert (scheme, token[:2], key[:2]) == ("vapid", "t=", "k=")
    point = from_base64url(key[2:])
    public = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, point)
    token = token.removeprefix("t=").removesuffix(",")
    assert jwt.get_unverified_header(token) == {"alg": "ES256", "typ": "JWT"}
    return jwt.decode(token, public, algorithms=["ES256"], options={"verify_aud": False})


def test_a_token_names_the_push_service_and_whom_to_ask(workspace, settings):
    claims = claims_of(vapid.current().authorization(ENDPOINT))
    assert (claims["aud"], claims["sub"]) == ("https://push.example", "https://chat.example")
    left = claims["exp"] - timezone.now().timestamp()
    assert 3600 <= left <= 12 * 3600
    settings.SITE_URL, settings.EMAIL_URL = "http://chat.example", "smtp://mail.example"
    settings.DEFAULT_FROM_EMAIL = "Chat <chat@mail.example>"
    assert claims_of(vapid.current().authorization(ENDPOINT))["sub"] == "mailto:chat@mail.example"


def test_a_token_is_used_again_for_the_same_push_service_only(workspace):
    signer = vapid.current()
    same, other = f"{ENDPOINT}2", "https://other.example/abc"
    assert signer.authorization(ENDPOINT) == signer.authorization(same)
    assert signer.authorization(ENDPOINT) != signer.authorization(other)
    assert claims_of(signer.authorization(other))["aud"] == "https://other.example"
