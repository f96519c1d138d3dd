"""The keys by which `Imported` remembers the records of a source."""

from hashlib import sha256

LONGEST = 200  # letters, as the field has
_LONGEST_OF_PLACE = 80
NONCE = "import:"  # no send has it: see messaging.message.models.send_key


def key_of(key: str, longest: int = LONGEST) -> str:
    """Return the key of a record, or a digest of it if it is long or odd."""
    return key if len(key) <= longest and key.isprintable() else f"sha256:{_digest(key)}"


def message_key(place_key: str, key: str) -> str:
    """Return the key of a message. With an empty `key`, return the prefix of all of the place."""
    place = key_of(place_key, _LONGEST_OF_PLACE)
    return f"{place}:{key_of(key, LONGEST - len(place) - 1)}"


def nonce_of(source: str, key: str) -> str:
    """Return the `Message.nonce` of an imported message."""
    return NONCE + _digest(f"{source}\0{key}")[:56]


def _digest(text: str) -> str:
    return sha256(text.encode(errors="backslashreplace")).hexdigest()
