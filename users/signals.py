"""What other apps may have to act on, in the transaction in which it happens."""

from django.dispatch import Signal

person_deactivated = Signal()  # with `person`, the User
