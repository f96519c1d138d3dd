"""Devices for tests: browsers that subscribe at a push service of the test, and read its pushes."""

import json
import secrets
import struct
from datetime import timedelta

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.utils import timezone

from messaging.notifications.push import vapid
from messaging.notifications.push.actions import subscribe
from messaging.notifications.push.encryption import CURVE, point_of, to_base64url
from tertulia.background.worker import run_due
from tertulia.models import KeptTask, Process
from tertulia.server.processes import Lease
from users.models import Session


class Browser:
    """A browser of `user` at the push service `site`; `refresh` brings its row up to date."""

    def __init__(self, user, client, site):
        self.user, self.site = user, site
        self.key, self.secret = ec.generate_private_key(CURVE), secrets.token_bytes(16)
        self.point = point_of(self.key.public_key())
        self.path = f"/send/{secrets.token_urlsafe(12)}"
        self.session = Session.objects.get(pk=client.session.stored_key)
        self.server_key = vapid.public_key()
        self.device = self.subscribe()

    def subscribe(self):
        keys = to_base64url(self.point), to_base64url(self.secret)
        return subscribe(self.user, self.session, self.site.url + self.path, *keys, "Browser")

    def asked(self):
        """The requests that arrived for this browser."""
        return [asked for asked in list(self.site.asked) if asked.path == self.path]

    def shown(self):
        """The declarative messages that arrived, as JSON."""
        return [json.loads(self.open(asked.body)) for asked in self.asked()]

    def texts(self):
        """The (title, text) of each notification that arrived."""
        notes = [message["notification"] for message in self.shown()]
        return [(note["title"], note["body"]) for note in notes]

    def open(self, body):
        """Decrypt a push (RFC 8291, 3.4)."""
        salt, (size, length) = body[:16], struct.unpack("!LB", body[16:21])
        assert (size, length) == (4096, 65) and len(body) <= size
        sender, sealed = body[21 : 21 + length], body[21 + length :]
        theirs = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, sender)
        shared = self.key.exchange(ec.ECDH(), theirs)
        info = b"WebPush: info\0" + self.point + sender
        material = HKDF(SHA256(), 32, self.secret, info).derive(shared)
        key = HKDF(SHA256(), 16, salt, b"Content-Encoding: aes128gcm\0").derive(material)
        nonce = HKDF(SHA256(), 12, salt, b"Content-Encoding: nonce\0").derive(material)
        return AESGCM(key).decrypt(nonce, sealed, None).rstrip(b"\0").removesuffix(b"\2")

    def refresh(self):
        """Return the row of this device, or None if it is gone."""
        return type(self.device).objects.filter(pk=self.device.pk).first()


def run_tasks(**later):
    """Run the stored tasks that are due, or will be `later` than now; return their number."""
    lease = Lease(Process.Kind.WORKER)
    lease.renew()
    KeptTask.objects.exclude(every=None).delete()
    soon = timezone.now() + timedelta(seconds=3) + timedelta(**later)
    KeptTask.objects.filter(run_after__lte=soon).update(run_after=timezone.now())
    count = run_due(lease.process)
    failed = KeptTask.objects.exclude(error="").values_list("error", flat=True)
    assert list(failed) == []
    return count
