"""Encrypt a push so that only the browser can read it: RFC 8291, with one record of RFC 8188."""

import base64
import binascii
import re
import secrets
import struct

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

CURVE = ec.SECP256R1()
POINT_BYTES, SECRET_BYTES, SALT_BYTES = 65, 16, 16
RECORD_BYTES = 4096  # the only record's; push services take no more in all (RFC 8030, 7.2)
_BASE64URL = re.compile(r"[A-Za-z0-9_-]+={0,2}")
_LAST_RECORD = b"\x02"


def to_base64url(data: bytes) -> str:
    """Return `data` in base64url without padding (RFC 7515, appendix C)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def from_base64url(text: str) -> bytes:
    """Return the bytes of base64url with or without padding; raise ValueError for other text."""
    if not _BASE64URL.fullmatch(text):
        raise ValueError("It is not base64url.")
    bare = text.rstrip("=")
    try:
        return base64.urlsafe_b64decode(bare + "=" * (-len(bare) % 4))
    except binascii.Error as error:
        raise ValueError("It is not base64url.") from error


def read_point(text: str) -> ec.EllipticCurvePublicKey:
    """Return the public key `p256dh` of a browser; raise ValueError if it is none."""
    point = from_base64url(text)
    if len(point) != POINT_BYTES:
        raise ValueError("It is not an uncompressed point of P-256.")
    return ec.EllipticCurvePublicKey.from_encoded_point(CURVE, point)


def read_secret(text: str) -> bytes:
    """Return the secret `auth` of a browser; raise ValueError if it is none."""
    secret = from_base64url(text)
    if len(secret) != SECRET_BYTES:
        raise ValueError("It has not 16 bytes.")
    return secret


def point_of(key: ec.EllipticCurvePublicKey) -> bytes:
    """Return `key` as an uncompressed point (X9.62), as all of these protocols write it."""
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def seal(
    text: bytes,
    p256dh: str,
    auth: str,
    sender: ec.EllipticCurvePrivateKey | None = None,
    salt: bytes | None = None,
) -> bytes:
    """Return `text` encrypted for the browser with these keys: the body of a push.

    `sender` and `salt` are new ones for each push, except in a test. Raise ValueError if a key
    cannot be used.
    """
    receiver, secret = read_point(p256dh), read_secret(auth)
    sender = sender or ec.generate_private_key(CURVE)
    salt = salt or secrets.token_bytes(SALT_BYTES)
    ours, theirs = point_of(sender.public_key()), point_of(receiver)
    shared = sender.exchange(ec.ECDH(), receiver)
    material = _derive(secret, shared, b"WebPush: info\x00" + theirs + ours, 32)
    key = _derive(salt, material, b"Content-Encoding: aes128gcm\x00", 16)
    nonce = _derive(salt, material, b"Content-Encoding: nonce\x00", 12)
    record = AESGCM(key).encrypt(nonce, text + _LAST_RECORD, None)
    return salt + struct.pack("!LB", RECORD_BYTES, len(ours)) + ours + record


def _derive(salt: bytes, material: bytes, info: bytes, length: int) -> bytes:
    return HKDF(SHA256(), length=length, salt=salt, info=info).derive(material)
