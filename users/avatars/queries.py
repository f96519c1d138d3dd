"""Find avatars by their address, and read them for an export."""

from base64 import b64encode

from files import stores

from ..models import User


def find_avatar(person_id, key):
    """Return the Blob with `key` if it is the avatar of this user now, or None."""
    person = User.objects.filter(pk=person_id, avatar=key).select_related("avatar").first()
    return person and person.avatar


def represent_avatar(person):
    """Return the avatar of `person` as JSON types, its bytes in base64; {} if they have none."""
    avatar = person.avatar
    if avatar is None:
        return {}
    try:
        store = stores.store_named(avatar.stored_in)
        data = b"".join(store.read(avatar.key, 0, avatar.size))
    except stores.Unavailable:  # a backup was restored without its files
        return {}
    return {"avatar": {"content_type": avatar.content_type, "data": b64encode(data).decode()}}
