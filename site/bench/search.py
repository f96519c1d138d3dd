"""Measures the search among a million messages: `PYTHONPATH=site python -m bench.search`.

DATABASE_URL must name an empty, migrated database, which is filled with `--messages` messages, or
one that was filled so before. Every line compares a search by the beginnings of words, from the
index of words, with the product's search. Then posts are measured with the index of pieces and
without it, by turns. `--figures` prints only what `make bench` reports, as JSON.
"""

import argparse
import itertools
import json
import os
import random
import sys
import time
from dataclasses import replace
from datetime import timedelta
from functools import partial
from statistics import median

import django

from bench.systems import stores

SYLLABLES = "ka le mi ton pra shu del or an ing the er re con sta pan vi lu go ber fin men to"
VOCABULARY = 60_000
RANKS = [0, 5, 50, 500, 5_000, 40_000]  # of the words to search for, by how common they are
LINKS, CHINESE = 20, 50  # every 20th message has a link, every 50th Chinese text
LONG = 6  # letters of the beginning of a rare word
BATCH = 5_000
POSTS, TURNS = 100, 10
# The part of the index of pieces without which none are stored, and how to do without it.
OFF = {
    "sqlite": ("messaging_pieces_posted", "DROP TRIGGER messaging_pieces_posted"),
    "postgresql": (
        "messaging_pieces_of()",
        """CREATE OR REPLACE FUNCTION messaging_pieces_of(
            body text, has_link boolean, author_id bigint
        ) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS 'SELECT NULL::tsvector'""",
    ),
}


def main():
    options = argparse.ArgumentParser("bench.search", description=__doc__)
    options.add_argument("--messages", type=int, default=1_000_000)
    options.add_argument("--figures", action="store_true")
    options = options.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tertulia.settings")
    django.setup()
    words = vocabulary()
    ana, bruno, rooms = people_and_rooms()
    if rooms[0].last_position == 0:
        begun = time.perf_counter()
        fill(options.messages, words, rooms, [ana] * 3 + [bruno])
        say(f"{options.messages:,} messages in {time.perf_counter() - begun:.0f} s")
    if options.figures:
        print(json.dumps(figures(ana, words)))
    else:
        measure_searches(ana, words)
        measure_posts(rooms[0], ana, words)


def say(words):
    print(words, file=sys.stderr, flush=True)


def measure(installation, messages):
    """Return {figure: milliseconds} among that many messages, in a database that has no others."""
    separate = replace(installation, database=stores.another(installation.database, "search"))
    separate.prepare()
    command = [sys.executable, "-m", "bench.search", "--figures", "--messages", str(messages)]
    return json.loads(separate.run(*command))


def figures(ana, words):
    """Return {figure: median milliseconds of the search} of the queries that are slowest."""
    [rare, *_] = [word for word in words[RANKS[-1] :] if len(word) > LONG]
    asked = {
        "the commonest word": common_words(words)[0],
        "two letters that begin many words": "ka",
        "a part of most messages": "del",
        "a rare word's beginning": rare[:LONG],
        "no such word": "zzzz",
    }
    return {
        f"search, {what}, ms": alternately(list, partial(searched, ana, text))[1]
        for what, text in asked.items()
    }


def common_words(words):
    """Return words of each of RANKS, with three letters or more."""
    return [words[rank] if len(words[rank]) > 2 else words[rank + 1] for rank in RANKS]


def searched(viewer, text):
    from messaging.search import views
    from messaging.search.forms import SearchForm

    form = SearchForm({"q": text}, viewer)
    assert form.is_valid(), form.errors
    return views.results(viewer, form.cleaned_data["q"], limits=form.cleaned_data["limits"])


def vocabulary():
    random.seed(4)
    syllables = SYLLABLES.split()
    words = {}
    while len(words) < VOCABULARY:
        words["".join(random.choices(syllables, k=random.choice([1, 1, 2, 2, 2, 3, 3, 4])))] = None
    return list(words)


def people_and_rooms():
    from rooms.actions import create_room, join_room
    from rooms.models import Room
    from users.actions import set_up_workspace
    from users.models import User

    if User.objects.exists():
        ana, bruno = User.objects.order_by("pk")[:2]
        return ana, bruno, list(Room.objects.filter(name__startswith="Room").order_by("pk"))
    ana = set_up_workspace("Casa", "open", "ana", "ana@example.com", "correct horse")
    bruno = User.objects.create_user("bruno", "bruno@example.com", "correct horse")
    rooms = [create_room(ana, f"Room {number}") for number in range(10)]
    for room in rooms:
        join_room(room, bruno)
    return ana, bruno, rooms


def fill(count, words, rooms, authors):
    from django.db import connection
    from django.utils import timezone

    from messaging.markdown.rendering import render_body
    from messaging.models import Message

    weights = list(itertools.accumulate(1 / (rank + 3) for rank in range(len(words))))
    now = timezone.now()
    for first in range(0, count, BATCH):
        batch = []
        for number in range(first, min(first + BATCH, count)):
            length = max(1, int(random.expovariate(1 / 11)))
            body = " ".join(random.choices(words, cum_weights=weights, k=length))
            body += " https://example.org/x" * (number % LINKS == 0)
            body += " 昨日の議事録を確認済みです" * (number % CHINESE == 0)
            where = {"position": number // len(rooms) + 1, "revision": number // len(rooms) + 1}
            html = render_body(body) if number % LINKS == 0 else f"<p>{body}</p>"
            created_at = now - timezone.timedelta(seconds=30 * (count - number))
            what = {"body": body, "body_html": html, "created_at": created_at}
            who = {"author": random.choice(authors), "room": rooms[number % len(rooms)]}
            batch.append(Message(**who, **where, **what, nonce=str(number)))
        Message.objects.bulk_create(batch)
    for room in rooms:
        room.last_position = room.revision = count // len(rooms) + 1
        room.save(update_fields=["last_position", "revision"])
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE messaging_message")


def measure_searches(ana, words):
    from django.db.models import Max, Min

    from messaging.models import Message
    from messaging.search import index, views

    def newest(messages, terms, tags, count, _before):
        return list(index.holding(messages, terms, tags).order_by("-pk")[:count])

    def as_before(text):
        ways, newest_holding = index._ways, views.newest_holding
        index._ways, views.newest_holding = lambda term: (True, [], False), newest
        try:
            return searched(ana, text)
        finally:
            index._ways, views.newest_holding = ways, newest_holding

    print(f"{'search':42}{'words, ms':>10}{'now, ms':>10}{'ratio':>8}")
    common = common_words(words)
    asked = [*common, " ".join(common[1:3]), f"{common[3]} {common[2]}", f'"{common[1]}"', "zzzz"]
    for text in asked:
        before, after = alternately(partial(as_before, text), partial(searched, ana, text))
        print(f"{text:42}{before:10.2f}{after:10.2f}{after / before:8.2f}")
    word = common[4]
    first, last = Message.objects.aggregate(Min("created_at"), Max("created_at")).values()
    old, middle = (first + timedelta(days=2)).date(), (first + (last - first) / 2).date()
    for text in (
        *(word[1:], common[1][1:], "確認", "議事録", "確", "exampl", "xample.org", "from:bruno"),
        *(f"from:ana {word}", "in:room-3", f"in:room-3 {word}", "has:link", f"has:link {word}"),
        *(f"before:{middle}", f"before:{old}", f"in:room-3 before:{old}", f"before:{old} {word}"),
        *("after:yesterday", "after:today", "after:9000-01-01"),
    ):
        _nothing, after = alternately(list, partial(searched, ana, text))
        print(f"{text:42}{'':10}{after:10.2f}")


def alternately(one, other, times=7):
    """Return the median milliseconds of two functions, called by turns."""
    seconds = ([], [])
    for _ in range(times):
        for function, taken in zip((one, other), seconds, strict=True):
            begun = time.perf_counter()
            function()
            taken.append(time.perf_counter() - begun)
    return [1000 * median(taken) for taken in seconds]


def measure_posts(room, ana, words):
    """Compare posts with and without the index of pieces, in blocks by turns."""
    from django.db import connection

    from messaging.message.actions import post_message
    from messaging.search import schema

    numbers = itertools.count()

    def post():
        body = " ".join(random.sample(words, 12))
        post_message(room, ana, body, f"bench-{time.time()}-{next(numbers)}")

    def posts():
        taken = []
        for _ in range(POSTS):
            begun = time.perf_counter()
            post()
            taken.append(time.perf_counter() - begun)
        return 1000 * median(taken)

    part, drop = OFF[connection.vendor]
    [create] = [parts[part] for parts, _ in schema.INDEXES[connection.vendor] if part in parts]
    timings = {"with": [], "without": []}
    with connection.cursor() as cursor:
        for _ in range(TURNS):
            timings["with"].append(posts())
            cursor.execute(drop)
            timings["without"].append(posts())
            cursor.execute(create)
    for name, taken in timings.items():
        print(f"a post {name} pieces: {median(taken):.3f} ms")


if __name__ == "__main__":
    sys.exit(main())
