"""Queries for lists of people: searched by name, in the order of names, present or not."""

from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Coalesce, NullIf

from core.mailboxes import fold_email
from core.text import search_key

MAX_SEARCHES = 20


class PeopleQuerySet(models.QuerySet):
    def named(self, *searches):
        """Return the users whose names match one of `searches`; without any, all users.

        A name matches if it contains each word of a search, whatever the case and accents.
        """
        matching = Q()
        for words in searches[:MAX_SEARCHES]:
            matching |= _named(words)
        return self.filter(matching)

    def searched(self, words):
        """Return the users whose names or address match `words`: for administrators only."""
        by_email = Q(email__contains=fold_email(words)) if words.strip() else Q()
        return self.filter(_named(words) | by_email)

    def bots_of(self, person):
        """Return the bots that `person` looks after: their own; for administrators, all bots."""
        bots = self.filter(is_bot=True)
        return bots if person.is_administrator else bots.filter(owner=person)

    def by_name(self):
        """Return the users in the order of the names that others see."""
        return self.order_by(Coalesce(NullIf("display_key", Value("")), "username_key"), "pk")

    def here(self, ids):
        """Return those `ids`, as a set, whose users have a room open now."""
        presences = self.model._meta.get_field("presences").related_model.objects.current()
        present = presences.filter(user__in=ids, user__is_bot=False)
        return set(present.values_list("user", flat=True))


def _named(words):
    """Return the Q for names that contain each of `words`."""
    matching = Q()
    for word in search_key(words.replace("@", " ")).split():
        matching &= Q(search_key__contains=word)
    return matching
