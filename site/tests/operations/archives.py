"""Unpacks, changes and repacks backups."""

import hashlib
import io
import json
import tarfile

DOCUMENTS = {"release.json", "manifest.json"}


def members_of(path):
    """Return the members of the backup at `path`, {name: bytes}."""
    with tarfile.open(path) as archive:
        return {member.name: archive.extractfile(member).read() for member in archive}


def packed(members):
    """Return a tar of `members`, {name: bytes}, as a binary stream."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, data in members.items():
            add(archive, name, data)
    stream.seek(0)
    return stream


def add(archive, name, data=b"", **header):
    """Add a member to a tar; `header` are attributes of its TarInfo."""
    member = tarfile.TarInfo(name)
    member.size = len(data)
    for attribute, value in header.items():
        setattr(member, attribute, value)
    archive.addfile(member, io.BytesIO(data))


def document(values):
    return (json.dumps(values, ensure_ascii=False, indent=1) + "\n").encode()


def sealed(members, **release):
    """Return `members` with a changed release.json and a matching manifest."""
    values = json.loads(members["release.json"]) | release
    first = {"release.json": document(values)}
    between = {name: data for name, data in members.items() if name not in DOCUMENTS}
    digests = {
        name: {
            "rows": None if name in DOCUMENTS else data.count(b"\n"),
            "sha256": hashlib.sha256(data).hexdigest(),
        }
        for name, data in (first | between).items()
    }
    manifest = document(values | {"members": digests})
    return first | between | {"manifest.json": manifest}
