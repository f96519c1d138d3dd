"""A push from its encryption on the server to the page that a click opens, in real Chromium.

The browser's keys are made by WebCrypto, and WebCrypto decrypts the push: an implementation of
RFC 8291 that shares nothing with ours.
"""

import json

import pytest

from messaging.notifications.push.encryption import seal

from .pushing import Worker

pytestmark = pytest.mark.browser

SUBSCRIBE = """async () => {
  const curve = { name: 'ECDH', namedCurve: 'P-256' }
  self.pair = await crypto.subtle.generateKey(curve, false, ['deriveBits'])
  self.point = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey))
  self.auth = crypto.getRandomValues(new Uint8Array(16))
  const encode = (bytes) => btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
  return [encode(point), encode(auth)]
}"""
DECRYPT = """async (sealed) => {
  const bytes = new Uint8Array(sealed), from = 21 + bytes[20]
  const salt = bytes.slice(0, 16), sender = bytes.slice(21, from), text = new TextEncoder()
  const derive = async (salt, material, info, length) => {
    const key = await crypto.subtle.importKey('raw', material, 'HKDF', false, ['deriveBits'])
    const how = { name: 'HKDF', hash: 'SHA-256', salt, info }
    return crypto.subtle.deriveBits(how, key, 8 * length)
  }
  const curve = { name: 'ECDH', namedCurve: 'P-256' }
  const theirs = await crypto.subtle.importKey('raw', sender, curve, false, [])
  const shared = await crypto.subtle.deriveBits({ ...curve, public: theirs }, pair.privateKey, 256)
  const info = new Uint8Array([...text.encode('WebPush: info\\0'), ...point, ...sender])
  const material = await derive(auth, shared, info, 32)
  const raw = await derive(salt, material, text.encode('Content-Encoding: aes128gcm\\0'), 16)
  const iv = await derive(salt, material, text.encode('Content-Encoding: nonce\\0'), 12)
  const key = await crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['decrypt'])
  const plain = await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, key, bytes.slice(from))
  const padded = new Uint8Array(plain)
  return new TextDecoder().decode(padded.slice(0, padded.lastIndexOf(2)))
}"""


@pytest.fixture
def worker(person):
    worker = Worker(person("ana"))
    worker.person.goto("/rooms/library/")
    worker.start()
    return worker


def test_a_sealed_push_is_read_by_the_browser_shown_and_opens_its_message(worker):
    """Cases 39 and 41."""
    place = f"{worker.person.url}/rooms/den/?around=2#message-2"
    said = {"title": "bruno", "body": "👩‍👩‍👧‍👦" * 100, "navigate": place}
    push = json.dumps({"web_push": 8030, "notification": said}, ensure_ascii=False)
    sealed = seal(push.encode(), *worker.page.evaluate(SUBSCRIBE))
    assert len(sealed) <= 4_096
    worker.push(worker.page.evaluate(DECRYPT, list(sealed)))
    shown = worker.shown()
    assert (shown["title"], shown["body"]) == ("bruno", said["body"])
    assert worker.click() == ["close", place]
