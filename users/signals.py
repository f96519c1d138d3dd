"""Signals for other apps, sent in the transaction of the change."""

from django.dispatch import Signal

person_deactivated = Signal()  # with `person`, the User
person_changed = Signal()  # with `person`, the User whose name, picture or status has changed
