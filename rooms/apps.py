from django.apps import AppConfig

from users.signals import person_deactivated


class RoomsConfig(AppConfig):
    name = "rooms"

    def ready(self):
        person_deactivated.connect(hand_over_rooms)


def hand_over_rooms(sender, person, **kwargs):
    """Have no room be without an owner who can log in."""
    from . import actions  # models are there only now

    actions.hand_over_rooms(person)
