from django.apps import AppConfig

from users.signals import person_changed, person_deactivated


class RoomsConfig(AppConfig):
    name = "rooms"

    def ready(self):
        person_deactivated.connect(hand_over_rooms)
        person_changed.connect(draw_again)


def hand_over_rooms(sender, person, **kwargs):
    """Hand over the rooms of a deactivated user."""
    from . import actions  # not at the top: models cannot be imported before the apps are ready

    actions.hand_over_rooms(person)


def draw_again(sender, person, **kwargs):
    """Draw the lists of who is here again, in the rooms that this user has open."""
    from . import broadcasts  # as above

    broadcasts.person_changed(person)
