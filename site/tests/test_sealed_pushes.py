"""Browsers can read our pushes: Chromium's own cryptography opens what we have sealed."""

import pytest

from messaging.notifications.push.encryption import seal

pytestmark = pytest.mark.browser

PAGE = "https://chat.example/"  # WebCrypto needs a secure context
TEXTS = ["", "a", "¡hola! 👍" * 20, "x" * 3_000]

# RFC 8291 and RFC 8188, as a browser does it before its worker gets the text.
SCRIPT = """
const raw = (key) => crypto.subtle.exportKey("raw", key).then((bytes) => new Uint8Array(bytes));
const join = (...parts) => new Uint8Array(parts.flatMap((part) => [...part]));
const bytes = (text) => new TextEncoder().encode(text);
const toText = (data) => btoa(String.fromCharCode(...data))
  .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const derive = async (salt, secret, info, length) => {
  const key = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveBits"]);
  const how = { name: "HKDF", hash: "SHA-256", salt, info };
  return new Uint8Array(await crypto.subtle.deriveBits(how, key, length * 8));
};
const CURVE = { name: "ECDH", namedCurve: "P-256" };

window.subscribe = async () => {
  window.pair = await crypto.subtle.generateKey(CURVE, true, ["deriveBits"]);
  window.point = await raw(pair.publicKey);
  window.auth = crypto.getRandomValues(new Uint8Array(16));
  return [toText(point), toText(auth)];
};

window.open_ = async (numbers) => {
  const body = new Uint8Array(numbers);
  const salt = body.slice(0, 16), sender = body.slice(21, 86), record = body.slice(86);
  const theirs = await crypto.subtle.importKey("raw", sender, CURVE, false, []);
  const how = { name: "ECDH", public: theirs };
  const shared = await crypto.subtle.deriveBits(how, pair.privateKey, 256);
  const about = join(bytes("WebPush: info"), [0], point, sender);
  const material = await derive(auth, shared, about, 32);
  const secret = await derive(salt, material, bytes("Content-Encoding: aes128gcm\\0"), 16);
  const iv = await derive(salt, material, bytes("Content-Encoding: nonce\\0"), 12);
  const key = await crypto.subtle.importKey("raw", secret, "AES-GCM", false, ["decrypt"]);
  const opened = await crypto.subtle.decrypt({ name: "AES-GCM", iv }, key, record);
  const text = new Uint8Array(opened);
  if (text.at(-1) !== 2) throw new Error("not the last record");
  return new TextDecoder("utf-8", { fatal: true }).decode(text.slice(0, -1));
};
"""


@pytest.fixture
def page(browser):
    page = browser.new_page()
    page.route(PAGE, lambda route: route.fulfill(body="<!doctype html>", content_type="text/html"))
    page.goto(PAGE)
    page.evaluate(f"() => {{ {SCRIPT} }}")
    yield page
    page.close()


def test_chromium_opens_what_we_have_sealed_for_it(page):
    for text in TEXTS:
        keys = page.evaluate("subscribe()")
        sealed = seal(text.encode(), *keys)
        assert page.evaluate("(body) => open_(body)", list(sealed)) == text


def test_another_browser_cannot_open_it(page):
    keys = page.evaluate("subscribe()")
    sealed = seal(b"secret", *keys)
    page.evaluate("subscribe()")
    opened = page.evaluate("(body) => open_(body).then(() => true, () => false)", list(sealed))
    assert opened is False
