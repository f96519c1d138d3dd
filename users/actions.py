"""Everything that a person can do about people. Each saves in one transaction, then tells."""

from django.db import transaction

from . import languages
from .models import User, Workspace


@transaction.atomic
def set_up_workspace(name, signup, username, email, password):
    """Make the workspace and its first administrator; return that User.

    Raises IntegrityError where somebody else was faster.
    """
    Workspace.objects.create(pk=1, name=name, signup=signup)
    administrator = User.objects.create_user(username, email, password, is_administrator=True)
    languages.forget()
    return administrator
