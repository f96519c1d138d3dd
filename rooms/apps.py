from django.apps import AppConfig

from users.signals import person_deactivated


class RoomsConfig(AppConfig):
    name = "rooms"

    def ready(self):
        person_deactivated.connect(hand_over_rooms)


def hand_over_rooms(sender, person, **kwargs):
    """Hand over the rooms of a deactivated user."""
    from . import actions  # not at the top: models cannot be imported before the apps are ready

    actions.hand_over_rooms(person)
