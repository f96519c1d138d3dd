"""What kind of account a User is: a person's, a bot's, or one of an imported author."""

from django.db import models

MAX_BOTS = 50  # of one owner, active


class Kind(models.Model):
    """The fields that say what kind of account it is. Bots and imported authors cannot log in."""

    # A bot works only while its owner is active; one that was imported has no owner.
    is_bot = models.BooleanField(default=False, db_default=False, editable=False)
    owner = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, editable=False, related_name="bots"
    )
    # True for the author of imported messages who never signed up here; inactive.
    is_imported = models.BooleanField(default=False, db_default=False, editable=False)

    class Meta:
        abstract = True

    @property
    def can_log_in(self):
        return self.is_active and not self.is_bot
