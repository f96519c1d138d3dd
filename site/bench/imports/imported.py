"""Looks at what was imported: `python -m bench.imports.imported <team>`, or `… set-up` before."""

import json
import sys

import django
from django.db.models import Count, Max, Min


def main(argument):
    django.setup()
    if argument == "set-up":
        set_up()
    else:
        print(json.dumps(found(argument)))


def set_up():
    """Make sure that there is a workspace and an administrator."""
    from users.models import User, Workspace

    Workspace.objects.get_or_create(pk=1, defaults={"name": "Bench"})
    if not User.objects.filter(is_administrator=True).exists():
        User.objects.create_user("bench", "bench@example.org", is_administrator=True)


def found(team):
    """Return how many messages there are, rooms with gaps, and how many a search finds."""
    from messaging.models import Message
    from messaging.search.index import holding, terms_of
    from rooms.models import Room
    from tertulia.imports.models import Imported

    places = Imported.objects.of(f"slack:{team}", Imported.Kind.PLACE)
    rooms = Room.objects.filter(pk__in=places.values("number"))
    messages = Message.objects.filter(room__in=rooms)
    ends = rooms.annotate(n=Count("messages"), least=Min("messages__position"))
    ends = ends.annotate(most=Max("messages__position")).filter(n__gt=0)
    gaps = [room.name for room in ends if (room.least, room.most) != (1, room.n)]
    return {
        "messages": messages.count(),
        "gaps": gaps,
        "found": holding(messages, terms_of("staging")).count(),
    }


if __name__ == "__main__":
    main(sys.argv[1])
