"""Reads FILES_URL: where uploaded files are stored.

    file:///path/to/folder                 a folder; it lasts only where the disk does
    database:                              in the database itself
    s3://key:secret@host/bucket?region=…   a bucket of an S3-compatible store

After the bucket may come a folder in it. Options of a bucket: `region` (of AWS it is read from the
host), `path_style=0` if the bucket is a part of the host's name, `tls=0` for http:// (as for
this machine), `bulk_delete=0` for stores that delete one file at a time.

Without it, files are in a folder in the clone's own `var/`; in the database on a platform whose
disk does not last.
"""

import os
import re
from pathlib import Path
from urllib.parse import unquote

from files.stores.address import S3Address, StoreAddress

from .env import FALSE, TRUE, ConfigurationError

LOOK = "FILES_URL must look like s3://key:secret@host/bucket?region=…, file:///path or database:"
_S3 = re.compile(
    r"(?P<key>[^:\s]+):(?P<secret>.+)@"
    r"(?P<host>[\w.-]+|\[[0-9a-f:]+\])(?P<port>:[0-9]{1,5})?"
    r"/(?P<bucket>[\w.-]{1,63})(?P<prefix>(?:/[\w.-]+)*)/?(?:\?(?P<query>[^#]*))?",
    re.IGNORECASE,
)
_OPTIONS = {"region", "path_style", "tls", "bulk_delete"}
_AWS = re.compile(r"s3[.-](?:dualstack\.)?([a-z]{2}-[a-z-]+-\d)\.amazonaws\.com")
_LOOPBACK = re.compile(r"localhost|127(\.\d{1,3}){3}|\[::1\]")


def files_store(url, is_lasting):
    """Return the StoreAddress of `url`. `is_lasting` is False if the disk is emptied at a restart.

    Raise ConfigurationError, whose text has no secret, if it cannot be read.
    """
    scheme, _colon, rest = url.partition(":")
    match scheme.lower():
        case "":
            return StoreAddress("folder" if is_lasting else "database")
        case "database" if rest.strip("/") == "":
            return StoreAddress("database")
        case "file":
            return StoreAddress("folder", folder=_folder(rest))
        case "s3" if rest.startswith("//"):
            return StoreAddress("s3", s3=_bucket(rest.removeprefix("//")))
    raise ConfigurationError(LOOK)


def _folder(rest):
    path = unquote(rest.removeprefix("//"))
    if not path.startswith("/") or not path.strip("/") or "\0" in path:
        raise ConfigurationError("FILES_URL must look like file:///path/to/folder")
    return Path(path)


def _bucket(rest):
    match = _S3.fullmatch(rest)
    if match is None or _has_controls(unquote(rest)):
        raise ConfigurationError(LOOK)
    for name in ("key", "secret"):
        if set(match[name]) & set("/+?#@: ") or not _is_encoded(match[name]):
            raise ConfigurationError(
                f"FILES_URL: percent-encode the {name}: write / as %2F, + as %2B, = as %3D,"
                " and so on."
            )
    if not 0 < int((match["port"] or ":443")[1:]) < 65_536:
        raise ConfigurationError("FILES_URL: the port must be between 1 and 65535.")
    host = match["host"].lower()
    options = _options(match["query"] or "")
    has_tls = _flag(options, "tls", not _LOOPBACK.fullmatch(host))
    aws = _AWS.fullmatch(host)
    return S3Address(
        endpoint=f"{'https' if has_tls else 'http'}://{host}{match['port'] or ''}",
        bucket=match["bucket"],
        key=unquote(match["key"]),
        secret=unquote(match["secret"]),
        region=options.get("region") or (aws[1] if aws else "us-east-1"),
        prefix=match["prefix"].strip("/"),
        is_path_style=_flag(options, "path_style", True),
        has_bulk_delete=_flag(options, "bulk_delete", True),
    )


def _is_encoded(text):
    """Return True if every `%` in `text` begins a percent-encoded byte."""
    return not re.search(r"%(?![0-9a-f]{2})", text, re.IGNORECASE)


def _options(query):
    """Return the query of a FILES_URL as {name: value}."""
    pairs = [part.partition("=") for part in query.split("&") if part]
    options = {name: unquote(value) for name, _sign, value in pairs}
    if not options.keys() <= _OPTIONS:
        raise ConfigurationError(
            "FILES_URL: only region, path_style, tls and bulk_delete may follow the question mark."
        )
    if not re.fullmatch(r"[\w-]{0,40}", options.get("region", "")):
        raise ConfigurationError("FILES_URL: region must be a name such as eu-west-1.")
    return options


def _flag(options, name, default):
    value = options.get(name, "").lower() or ("1" if default else "0")
    if value not in TRUE | FALSE:
        raise ConfigurationError(f"FILES_URL: {name} must be 1 or 0.")
    return value in TRUE


def _has_controls(text):
    return any(ord(letter) < 32 or ord(letter) == 127 for letter in text)


def fault_of_folder(path):
    """Return why files cannot be stored in the folder `path`, as a sentence, or "" if they can."""
    there = next(place for place in (path, *path.parents) if place.exists())
    if not there.is_dir():
        return f"The folder of the files, {path}, cannot be made: {there} is a file."
    if not os.access(there, os.W_OK | os.X_OK):
        return f"The folder of the files, {path}, cannot be written."
    return ""
