"""Many people at once."""

from rooms.models import Membership
from users.models import User


def crowd(room, count):
    """Make `count` members of `room`, without an action for each."""
    people = [
        User(username=f"p{number:04}", email=f"p{number:04}@example.com") for number in range(count)
    ]
    for person in people:
        person.username_key = person.username
        person.display_name = f"Person {person.username[1:]}"
        person.display_key = person.look_key = person.display_name.casefold()
    User.objects.bulk_create(people)
    Membership.objects.bulk_create(Membership(room=room, user=person) for person in people)
    return people
