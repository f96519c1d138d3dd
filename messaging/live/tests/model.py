"""A simulated database, channel layer and pages of one room for the model test.

The hub, its feeds and its readers are real. Everything that they wait for (a query, a full
connection) is a future that the test resolves or fails at any time.
"""

import asyncio
from functools import partial
from itertools import count
from types import SimpleNamespace

from messaging.live import NOT_FOUND, access_queries, backfill
from messaging.live.encoders import HtmlEncoder
from messaging.live.reader import Reader
from messaging.message import broadcasts
from rooms.access_revisions import Revisions
from rooms.models import Room
from users.access.revision import narrowed_since

ROOM = 1
BATCH = 3


class Database:
    """The room's messages, {id: (position, revision, text)}, and the users who can see it."""

    def __init__(self):
        self.messages = {}
        self.revision = 0
        self.members = {1, 2, 3}
        self.active = {1, 2, 3}
        self.access = Revisions(0, 0)
        self.narrowed_at = {}  # user: the people's access revision when they were deactivated
        self.deleted = False
        self.questions = []  # queries without an answer yet

    def change(self, ids, text, **flags):
        """Post or edit `ids` in one transaction; return its event, with `flags`."""
        first = self.revision + 1
        for pk in ids:
            self.revision += 1
            self.messages[pk] = (pk, self.revision, text)
        return {
            "type": "room.changed",
            "room": ROOM,
            "first": first,
            "revision": self.revision,
            "access": list(self.access),
            "posted": False,
            "at": 0.0,
            "authors": [],
            **flags,
            **self.drawn(ids),
        }

    def remove(self, user):
        """Remove a user from the room; return the events."""
        self.members.discard(user)
        self.access = self.access._replace(room=self.access.room + 1)
        narrowed = {"type": "room.narrowed", "room": ROOM, "access": list(self.access)}
        return [narrowed, {"type": "access.changed", "user": user}]

    def deactivate(self, user):
        """Deactivate a user; return the events."""
        self.active.discard(user)
        self.access = self.access._replace(people=self.access.people + 1)
        self.narrowed_at[user] = self.access.people
        return [{"type": "access.changed", "user": user}]

    def may_read(self, user):
        return user in self.members & self.active

    def drawn(self, ids):
        """Return the push of `ids` at the newest revision."""
        return self._drawn([(pk, *self.messages[pk]) for pk in ids], self.revision)

    def _drawn(self, rows, revision):
        html, cuts = "push/ ", []
        for pk, position, rev, text in sorted(rows):
            start = len(html)
            html += f"{pk}/{position}/{rev}/{text} "
            cuts.append((pk, position, start, len(html)))
        return {"html": {"en": html + f"cursor/{revision} "}, "cuts": {"en": cuts}}

    def in_database(self, function):
        """Replace `core.threads.in_database`: return a future that is not resolved yet."""
        answers = {
            broadcasts.changes_since: self.changes_since,
            access_queries.close_codes: self.close_codes,
            access_queries.close_codes_in_order: lambda readers: list(
                self.close_codes(readers).values()
            ),
            access_queries.shut_out: self.shut_out,
            access_queries.rooms_of: lambda users: {user: set() for user in users},
            narrowed_since: self.narrowed_since,
            backfill.read_counters: lambda rooms: {
                ROOM: backfill.Counters(self.revision, self.access)
            },
        }

        def ask(*arguments):
            question = Question(partial(answers[function], *arguments))
            self.questions.append(question)
            return question.answered

        return ask

    def changes_since(self, room_id, cursor):
        if self.deleted:
            raise Room.DoesNotExist
        rows = [(pk, *row) for pk, row in self.messages.items() if row[1] > cursor]
        rows.sort(key=lambda row: row[2])
        complete = len(rows) < BATCH
        revision = self.revision if complete else rows[BATCH - 1][2]
        changes = self._drawn(rows[:BATCH], revision) | {"access": self.access}
        return revision, changes, complete

    def close_codes(self, readers):
        return {r: None if self.may_read(r.user_id) else NOT_FOUND for r in readers}

    def shut_out(self, room_id, readers):
        return [reader for reader in readers if reader.user_id not in self.members]

    def narrowed_since(self, revision):
        return {user for user, narrowed_at in self.narrowed_at.items() if narrowed_at > revision}


class Question:
    """A query: it reads its result at one moment, and may return it much later."""

    def __init__(self, look):
        self._look = look
        self._seen = None
        self.answered = asyncio.get_running_loop().create_future()

    def look(self):
        if self._seen is None:
            try:
                result = self._look()
                self._seen = partial(_succeed, result)
            except Exception as error:
                self._seen = partial(_fail, error)

    def answer(self):
        self.look()
        self._seen(self.answered)

    def fail(self):
        _fail(ConnectionError("the database is away"), self.answered)


def _succeed(result, future):
    if not future.done():
        future.set_result(result)


def _fail(error, future):
    if not future.done():
        future.set_exception(error)


class Page:
    """A browser's page: it upserts what it receives, and reconnects with its cursor."""

    def __init__(self, user, database, hub):
        self.user = user
        self.shown = {}
        self.frames = []
        self.cursor = database.revision
        self.wrongs = []
        self.forbidden_from = None  # it must not receive changes after this revision
        self._hub = hub
        self.connection = None
        self.connections = []  # a server also keeps those that it has not given up
        for pk, row in database.messages.items():
            self.shown[pk] = row

    def connect(self):
        self.connection = Connection(self, self._hub)
        self.connections.append(self.connection)

    def take(self, push):
        self.frames.append(push)
        for word in push.split():
            match word.split("/"):
                case ["cursor", revision]:
                    self.cursor = int(revision)
                case [pk, position, revision, text]:
                    self.judge(int(pk), int(revision))
                    self.shown[int(pk)] = (int(position), int(revision), text)

    def judge(self, pk, revision):
        """Record violations, because the sender would swallow an exception raised here."""
        if self.forbidden_from is not None and revision > self.forbidden_from:
            self.wrongs.append(f"{revision} came, and access was lost at {self.forbidden_from}")
        if self.shown.get(pk, (0, 0))[1] > revision:
            self.wrongs.append(f"message {pk} went back from {self.shown[pk]} to {revision}")


class Connection:
    """One socket of a page, and the work of its consumer."""

    _numbers = count(1)

    def __init__(self, page, hub):
        self.page = page
        self.hub = hub
        self.alive = True
        self.code = None
        self.flowing = asyncio.Event()
        self.flowing.set()
        user = SimpleNamespace(pk=page.user, get_session_auth_hash=lambda: "")
        self.reader = Reader(
            transmit=self.transmit,
            offer=self.offer,
            close=self.close,
            room_id=ROOM,
            user=user,
            session_key="",
            encoder=HtmlEncoder("en"),
        )
        self._tasks = [asyncio.ensure_future(self._enter())]

    async def _enter(self):
        try:
            await self.hub.join(self.reader)
            await self.hub.catch_up(self.reader, self.page.cursor)
        except ConnectionError:
            self.end()

    def ask(self):
        again = self.hub.catch_up(self.reader, self.page.cursor)
        self._tasks.append(asyncio.ensure_future(again))

    def offer(self, push):
        """Take a push at once, as a server does; a connection that it has lost raises."""
        if not self.alive:
            raise RuntimeError("the handler is closed")
        if self.flowing.is_set():
            self.receive(push)
        return self.flowing.is_set()

    async def transmit(self, push):
        await self.flowing.wait()
        if not self.alive:
            raise ConnectionError
        self.receive(push)

    def receive(self, push):
        if self.page.connection is self:  # else the page is gone and the server has not noticed yet
            self.page.take(push)

    def lose(self):
        """Lose the connection; the hub does not know it yet."""
        self.alive = False
        self.flowing.set()
        self.page.connection = None

    async def close(self, code):
        await self.flowing.wait()
        self.code = code
        self.end()

    def end(self):
        """End the connection; the server notices it."""
        self.alive = False
        self.flowing.set()
        self.hub.leave(self.reader)
        if self.page.connection is self:
            self.page.connection = None
