"""What people do all day: they post, type, read, edit, react, and go to other rooms."""

import random
import time
from array import array
from collections import deque
from dataclasses import dataclass, field
from urllib.parse import urlencode

from bench.frames import request
from bench.systems.product import TEXT, submit
from bench.workday.connections import LAST, Exchange, Socket
from bench.workday.data import ZIPF
from bench.workday.screens import CURSOR, Screen, fragments

# How often each is done for each post.
TYPING, EDITS, REACTIONS, PAGES = 1, 1 / 20, 1 / 5, 1 / 10
ON_SCREEN = 5  # one in this many sockets is of a visible page, which reports its messages as read
READ_SECONDS = 1  # between two reports of a page
EMOJI = ("👍", "🎉", "❤️", "😄", "👀")
RECENT = 20  # messages of a room that are edited or reacted to
KEPT_POSTS = 20_000
TOKEN = "x" * 32  # of forms: the same as in the cookie


@dataclass
class Room:
    slug: str
    recent: deque = field(default_factory=lambda: deque(maxlen=RECENT))


@dataclass
class Person:
    cookie: str
    rooms: list  # the ranks of the rooms that they are in


@dataclass
class Post:
    """A message; `pk` is its id once a screen has shown it."""

    number: int
    screen: Screen  # of its author
    author: Person
    at: float  # when it was sent, in seconds
    pk: int | None = None
    edits: int = 0
    is_edited: bool = False  # just now


class People:
    """Do `posts` a second, and everything else in proportion, over the live `sockets`.

    Acts come at random times (a Poisson process), whether or not the last has been answered.
    """

    def __init__(self, loop, rooms, posts, seed=1):
        self.loop, self.tally, self.rooms = loop, loop.tally, rooms
        self.chance = random.Random(seed)
        self.sockets = []
        self.places = {}  # {socket: its index in `sockets`}
        self.number = 0  # of the last post
        self.waiting = {}  # {number: its socket} of the posts that are not acknowledged
        self.asked = 0  # pages and edits that are not answered
        self.pages = array("d")  # the seconds of each page
        self.late = array("d")  # seconds that this generator was late with each act
        self.next_reader, self.read_at = 0, 0.0
        self.posts = posts

    def work(self, seconds):
        """Do what is due, and read what arrives, for `seconds`."""
        acts = {self.post: 1, self.type: TYPING, self.edit: EDITS}
        acts |= {self.react: REACTIONS, self.visit: PAGES}
        begun = time.monotonic()
        due = {act: begun + self.pause(share) for act, share in acts.items()}
        while (now := time.monotonic()) < begun + seconds:
            for act, share in acts.items():
                while due[act] <= now:
                    self.late.append(now - due[act])
                    act(time.monotonic())
                    due[act] += self.pause(share)
            self.read(now)
            self.loop.step()

    def pause(self, share):
        return self.chance.expovariate(self.posts * share)

    def is_idle(self):
        """Return True if everything that was asked for has been answered."""
        return not self.waiting and not self.asked

    # Sockets come and go

    def open(self, person, room, last, revision):
        return Socket(self.loop, person, Screen(room, self.tally, last, revision), self)

    def arrived(self, socket):
        self.places[socket] = len(self.sockets)
        self.sockets.append(socket)

    def gone(self, socket):
        place, moved = self.places.pop(socket), self.sockets.pop()
        if moved is not socket:
            self.sockets[place] = moved
            self.places[moved] = place

    def somebody(self):
        """Return a live socket: popular rooms have more of them."""
        while True:
            socket = self.chance.choice(self.sockets)
            if socket.is_open:
                return socket
            self.gone(socket)  # it was closed by the server, which has been counted as an error

    # Over the socket

    def post(self, now):
        socket = self.somebody()
        self.number += 1
        number, room = self.number, socket.screen.room
        self.tally.posts[number] = Post(number, socket.screen, socket.person, now)
        if len(self.tally.posts) > KEPT_POSTS:
            del self.tally.posts[next(iter(self.tally.posts))]
        self.waiting[number] = socket
        nonce = f"{room.slug}.{number}"
        socket.send(submit(body=f"{TEXT} w{number}e0", nonce=nonce).encode())

    def stored(self, nonce):
        self.waiting.pop(int(nonce.rpartition(".")[2]), None)

    def refused(self, nonce):
        self.stored(nonce)
        self.tally.errors["a message was refused"] += 1

    def type(self, now):
        self.somebody().send(submit(typing="1").encode())

    def react(self, now):
        socket = self.somebody()
        if socket.screen.room.recent:
            pk, emoji = self.chance.choice(socket.screen.room.recent).pk, self.chance.choice(EMOJI)
            socket.send(submit(**{f"react:{pk}:{emoji}": emoji}).encode())

    def read(self, now):
        """Report what is read, each socket that is on screen once in READ_SECONDS."""
        watched = self.sockets[::ON_SCREEN]
        count = min(len(watched), int(len(watched) * (now - self.read_at) / READ_SECONDS))
        if not count:
            return
        self.read_at = now
        for number in range(self.next_reader, self.next_reader + count):
            socket = watched[number % len(watched)]
            if socket.screen.last > socket.seen:
                socket.seen = socket.screen.last
                socket.send(submit(seen=str(socket.seen), since="0").encode())
        self.next_reader = (self.next_reader + count) % len(watched)

    # By requests

    def edit(self, now):
        recent = self.somebody().screen.room.recent
        post = self.chance.choice(recent) if recent else None
        if post is None or post.is_edited:
            return
        post.is_edited = True
        post.edits += 1
        body = urlencode({"body": f"{TEXT} Changed. w{post.number}e{post.edits}"}).encode()
        head = request(
            self.loop.port,
            f"/messages/{post.pk}/edit/",
            f"{post.author.cookie}; csrftoken={TOKEN}",
            f"X-CSRFToken: {TOKEN}",
            "HX-Request: true",
            "Content-Type: application/x-www-form-urlencoded",
            f"Content-Length: {len(body)}",
            LAST,
        )

        def answered(status, _body):
            self.asked -= 1
            post.is_edited = False
            self.expect(status, "edit")

        self.asked += 1
        Exchange(self.loop, head + body, answered)

    def visit(self, now):
        """Leave a page for another room: its page is loaded, and a new socket opened."""
        socket = self.somebody()
        self.gone(socket)
        socket.leave()  # its posts are not acknowledged any more
        for number in [number for number, its in self.waiting.items() if its is socket]:
            del self.waiting[number]
        person = socket.person
        rank = self.chance.choices(person.rooms, [ZIPF[rank] for rank in person.rooms])[0]
        room = self.rooms[rank]
        path = f"/rooms/{room.slug}/?newest=1"

        def answered(status, body):
            self.asked -= 1
            self.pages.append(time.monotonic() - now)
            if self.expect(status, "room page"):
                shown = list(fragments(body, 0, len(body)))
                revision = int(CURSOR.search(body)[1])
                self.open(person, room, shown[-1][1], revision)

        self.asked += 1
        head = request(self.loop.port, path, person.cookie, LAST)
        Exchange(self.loop, head, answered)

    def expect(self, status, what):
        """Return True if `status` is 200; count an error otherwise."""
        if status != 200:
            self.tally.errors[f"{what}: {status}"] += 1
        return status == 200
