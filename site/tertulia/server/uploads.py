"""Decides, before files are read, who may send them, how many bytes, and how many at once.

Only a POST of a form to one of these addresses may be larger than a page's form, and only if its
session, or its access token, is valid now, in the database. Of what strangers send, Django's parser
gets no file that it would write to disk. The files of a request are on disk twice for a moment: its
body, and the files that Django's parser writes. So the bytes under way are limited too, and none
are taken if the disk of temporary files has no space for them.
"""

import asyncio
import logging
import shutil
import tempfile
from contextlib import contextmanager

from django.conf import settings

from core.batching import BatchLoader
from core.threads import in_database
from users.sessions.socket_auth import visitors_of
from users.tokens.queries import token_for
from users.tokens.tokens import bearer_of

from ..operations.problems import is_for_programs
from .incoming import Refused, declared_length
from .tally import Tally

logger = logging.getLogger(__name__)

# The names of the URLs that take files.
TAKING_FILES = {"messaging:post", "messaging:compose", "users:avatar", "api:messages"}

# The longest text fits; Django keeps files as short as this in memory.
FORM_BYTES = settings.FILE_UPLOAD_MAX_MEMORY_SIZE

UPLOAD_SECONDS = 15 * 60
MAX_UPLOADS_A_PERSON = 3  # at the same time, in this process
MAX_UPLOADED_BYTES = 1024 * 1024 * 1024  # of all uploads under way in this process
COPIES = 2
# Why an upload of somebody who is logged in is refused.
OF_MEMBERS = {"files", "uploads", "busy", "space"}


def takes_files(scope, view_name):
    """Return True if a request is a form to an address that takes files."""
    content_type = dict(scope["headers"]).get(b"content-type", b"").lower()
    is_form = content_type.partition(b";")[0].strip() == b"multipart/form-data"
    return scope["method"] == "POST" and is_form and view_name in TAKING_FILES


def most_bytes():
    """Return the maximum bytes of a request with files: a tenth and 1 MiB are for its form."""
    return settings.FILES_LIMIT * 11 // 10 + 1024 * 1024


class Uploads:
    """The uploads that are under way in this process."""

    def __init__(self):
        self.visitor_of = BatchLoader(visitors_of)
        self.people = Tally(MAX_UPLOADS_A_PERSON)
        self.bytes = 0  # that are taken, or may still come

    async def admit(self, scope, stack):
        """Count the upload of a request until the ExitStack `stack` is closed.

        Raise Refused if it may not be sent now.
        """
        user = await self.sender_of(scope)
        if user is None:
            raise Refused(413, "login")
        size = declared_length(scope) or most_bytes()
        if size > most_bytes():
            raise Refused(413, "files")
        if not self.people.enter(user.pk):
            raise Refused(429, "uploads")
        stack.callback(self.people.leave, user.pk)
        if self.bytes and self.bytes + size > MAX_UPLOADED_BYTES:
            raise Refused(503, "busy")
        stack.enter_context(self._counted(size))
        if await asyncio.to_thread(free_bytes) < self.bytes * COPIES:
            raise Refused(507, "space")

    async def sender_of(self, scope):
        """Return the User who is logged in, or None.

        Raise Refused: 401 for a program without a valid access token, 503 without the database.
        """
        try:
            if is_for_programs(scope["path"]):
                return await _program_in(scope)
            user, _session = await self.visitor_of(scope)
        except Refused:
            raise
        except Exception:  # the database does not answer
            logger.exception("Cannot tell who uploads", extra={"event": "upload.unknown_sender"})
            raise Refused(503) from None
        return user

    @contextmanager
    def _counted(self, size):
        self.bytes += size
        try:
            yield
        finally:
            self.bytes -= size


async def _program_in(scope):
    """Return the User of the access token of a request; raise Refused if there is none."""
    said = b",".join(value for name, value in scope["headers"] if name == b"authorization")
    token = await in_database(token_for)(bearer_of(said.decode("latin-1")))
    if token is None:
        raise Refused(401)
    return token.user


def free_bytes():
    """Return the free bytes of the disk that has the temporary files."""
    return shutil.disk_usage(tempfile.gettempdir()).free
