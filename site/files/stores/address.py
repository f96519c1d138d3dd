"""What FILES_URL says: where new files are stored. `tertulia.config.files_url` reads it."""

from pathlib import Path
from typing import NamedTuple


class S3Address(NamedTuple):
    """A bucket of an S3-compatible store. `endpoint` is a URL without the bucket."""

    endpoint: str
    bucket: str
    key: str
    secret: str
    region: str = "us-east-1"
    prefix: str = ""
    is_path_style: bool = True
    has_bulk_delete: bool = True


class StoreAddress(NamedTuple):
    """`kind` is the `name` of a store: "folder", "database" or "s3"."""

    kind: str
    folder: Path | None = None
    s3: S3Address | None = None
