"""Creates the workday's people and rooms in the product's database, and reads what is true there.

Run `python -m bench.workday.data make`, or `… truth <slug of a room>…`.
"""

import json
import random
import re
import secrets
import sys

import django

from bench.systems.product_data import fill, log_in, make_person

PEOPLE, ROOMS, ROOMS_EACH = 500, 200, 15
OLD_MESSAGES = 60  # in each room: a page is full of them
SHOWN = 300  # newest messages of a room that are compared; an open page holds as many
WORD = re.compile(r"\bw\d+e\d+\b")
ZIPF = [1 / rank for rank in range(1, ROOMS + 1)]  # weight of each room, by its rank


def main(arguments):
    django.setup()
    if arguments[0] == "truth":
        print(json.dumps(truth(arguments[1:])))
    else:
        print(json.dumps(make()))


def make():
    """Return {"rooms": [slug], "people": [{"cookie": …, "rooms": [rank of each]}]}."""
    from rooms.models import Membership, Room
    from users.models import Workspace

    Workspace.objects.get_or_create(pk=1, defaults={"name": "Bench"})
    name, chance = f"day{secrets.token_hex(4)}", random.Random(1)
    users = [make_person(f"{name}.{number}") for number in range(PEOPLE)]
    rooms = [Room(name=f"{name}-{rank}") for rank in range(ROOMS)]
    for room in rooms:
        room.save()
    memberships = [rooms_of_one(chance) for _user in users]
    Membership.objects.bulk_create(
        Membership(room=rooms[rank], user=user, last_read_position=OLD_MESSAGES)
        for user, ranks in zip(users, memberships, strict=True)
        for rank in ranks
    )
    for room in rooms:
        fill(room, users[:1], OLD_MESSAGES)
    return {
        "rooms": [room.slug for room in rooms],
        "people": [
            {"cookie": log_in(user), "rooms": ranks}
            for user, ranks in zip(users, memberships, strict=True)
        ],
    }


def rooms_of_one(chance):
    """Return the ranks of the ROOMS_EACH rooms that one person is in; popular ones are likelier."""
    ranks = {}
    while len(ranks) < ROOMS_EACH:
        ranks.update(dict.fromkeys(chance.choices(range(ROOMS), ZIPF)))
    return list(ranks)


def truth(slugs):
    """Return {slug: {"last": position, "revision": …, "messages": {id: what a page shows}}}."""
    from messaging.models import Message
    from rooms.models import Room

    answer = {}
    for room in Room.objects.filter(slug__in=slugs):
        newest = Message.objects.filter(room=room, position__gt=room.last_position - SHOWN)
        answer[room.slug] = {
            "last": room.last_position,
            "revision": room.revision,
            "messages": {
                pk: shown(body, extras)
                for pk, body, extras in newest.values_list("pk", "body", "extras")
            },
        }
    return answer


def shown(body, extras):
    """Return the word of a message and its reactions, as `screens.shown_in` finds them."""
    word = WORD.search(body)
    reactions = (f"{emoji}{count}" for emoji, count, _ids in extras.get("reactions", ()))
    return " ".join([word[0] if word else "", *reactions])


if __name__ == "__main__":
    main(sys.argv[1:])
