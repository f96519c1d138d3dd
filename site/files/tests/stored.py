"""Files as they are after an upload, for tests of what happens to them later."""

from io import BytesIO

from files import stores
from files.models import Blob

TEXT = "text/plain; charset=utf-8"


def stored(content=b"hello", content_type=TEXT, small=b""):
    """Store a file, with the small picture `small` if there is one; return its Blob."""
    store = stores.store()
    blob = Blob.objects.create(
        kind=content_type.partition("/")[0].replace("image", "picture"),
        content_type=content_type,
        size=len(content),
        small_size=len(small),
        stored_in=store.name,
    )
    store.write(blob.key, BytesIO(content))
    if small:
        store.write(blob.small_name, BytesIO(small))
    return blob
