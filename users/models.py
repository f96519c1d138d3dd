"""The users, and the models of the packages beside this file."""

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.core.validators import MinLengthValidator, RegexValidator
from django.db import models, transaction
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from core.changed_fields import ChangedFieldsModel
from core.mailboxes import MailboxModelField, fold_email, normalize_email
from core.text import fold, normalize_password, search_key

from .access.models import AccessCount as AccessCount
from .audit import AuditEntry as AuditEntry
from .bots.models import Kind
from .links.models import Invitation as Invitation
from .links.models import LoginLink as LoginLink
from .links.models import hash_token as hash_token
from .links.models import new_token as new_token
from .names.former import FormerUsername as FormerUsername
from .names.former import note_former
from .names.people import PeopleQuerySet
from .names.rules import TAKEN, validate_one_script
from .names.shown import Named
from .names.skeletons import NameSkeleton as NameSkeleton
from .names.skeletons import store_skeletons
from .sessions.models import Session as Session
from .themes import Mode
from .tokens.models import Token as Token
from .workspace.models import Workspace as Workspace


class UserManager(BaseUserManager.from_queryset(PeopleQuerySet)):
    """Creates users. `is_staff` and `is_superuser` are derived from `is_administrator`."""

    def create_user(self, username, email, password=None, **fields):
        """Create a user. Raise ValidationError if `email` is neither empty nor valid."""
        email = normalize_email(email) if email else ""
        user = self.model(username=username, email=email, **fields)
        user.set_password(password)
        user.save(force_insert=True, using=self._db)
        return user

    def create_superuser(self, username, email, password=None, **fields):
        """Create an administrator, for `createsuperuser`. Raise ValidationError if taken."""
        if NameSkeleton.objects.like(username).exists():
            raise ValidationError(TAKEN)
        return self.create_user(username, email, password, is_administrator=True, **fields)

    def get_by_natural_key(self, username):
        return self.get(username_key=fold(username))

    def named_like(self, name, besides=None):
        """Return the users, except `besides`, whose username or display name folds to `name`."""
        key = fold(name)
        people = self.filter(models.Q(username_key=key) | models.Q(display_key=key))
        return people.exclude(pk=besides.pk) if besides else people

    def with_confirmed_email(self):
        """Return the users who have confirmed their current address."""
        return self.filter(emailaddress__email=models.F("email"), emailaddress__verified=True)

    def reachable_by_mail(self):
        """Return the active users to whom notifications may be sent.

        If addresses are verified (with EMAIL_URL), only confirmed addresses receive any.
        """
        is_verified = settings.ACCOUNT_EMAIL_VERIFICATION == "mandatory"
        people = self.with_confirmed_email() if is_verified else self.exclude(email="")
        return people.filter(is_active=True)


class User(Named, Kind, ChangedFieldsModel, AbstractUser):
    """A user of the workspace. Others type `username` to mention them."""

    username = models.CharField(
        _("username"),
        max_length=30,
        unique=True,
        validators=[
            MinLengthValidator(2),
            RegexValidator(
                r"\A[\w](?:[\w.-]*\w)?\Z",
                _("Use letters, digits, dots, hyphens and underscores."),
            ),
            validate_one_script,
        ],
        error_messages={"unique": _("That username is already taken.")},
    )
    username_key = models.CharField(max_length=60, unique=True, editable=False)
    email = MailboxModelField(_("e-mail address"))
    display_name = models.CharField(_("display name"), max_length=60, blank=True)
    display_key = models.CharField(max_length=180, blank=True, editable=False)
    # Both names without case and accents, for `searched`.
    search_key = models.CharField(max_length=400, blank=True, editable=False)
    # True if another name looks like the display name. Updated by names/skeletons.py.
    shows_username = models.BooleanField(default=False, editable=False)
    language = models.CharField(_("language"), max_length=10, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True)
    theme = models.CharField(_("theme"), max_length=40, blank=True)
    mode = models.CharField(_("light or dark"), max_length=5, choices=Mode, blank=True)
    is_administrator = models.BooleanField(_("administrator"), default=False)
    email_notifications = models.BooleanField(_("email me what I miss"), default=True)
    # When all their sessions were last ended. Unfinished logins from before are invalid.
    logged_out_at = models.DateTimeField(null=True, editable=False)
    # Codes, links and unfinished logins from before this time are invalid, because they may have
    # been sent to the old address.
    email_changed_at = models.DateTimeField(null=True, editable=False)
    # When others last did something with this account: see users.account_news.
    news_at = models.DateTimeField(null=True, editable=False)
    # The counter of the last accepted code of their authenticator app (totp_codes.py).
    totp_counter = models.BigIntegerField(null=True, editable=False)
    # How many scheduled messages they have, and how many were not sent, or late: messaging counts.
    scheduled = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)
    unsent = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)
    # Their picture, or None: pages show an initial. Its key is in `avatar_id`, without a query.
    avatar = models.ForeignKey(
        "files.Blob",
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="avatar_of",
    )
    # What they say of themselves for a while: an emoji, a few words, and when it ends, if ever.
    status_emoji = models.CharField(max_length=32, default="", db_default="", editable=False)
    status_text = models.CharField(max_length=60, default="", db_default="", editable=False)
    status_until = models.DateTimeField(null=True, editable=False)
    # The AccessCount when this user last lost access.
    access_revision = models.PositiveBigIntegerField(default=0, editable=False, db_index=True)

    first_name = None
    last_name = None
    is_staff = property(lambda self: self.is_administrator)
    is_superuser = property(lambda self: self.is_administrator)

    objects = UserManager()

    class Meta(AbstractUser.Meta):
        abstract = False
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_unique_whatever_the_case",
                condition=~models.Q(email=""),
                violation_error_message=_("That e-mail address already has an account."),
            ),
            models.UniqueConstraint(
                fields=["display_key"],
                condition=~models.Q(display_key=""),
                name="user_display_name_unique_as_read",
            ),
        ]

    def __str__(self):
        return self.name

    def clean(self):
        self.email = fold_email(self.email)

    def save(self, *, update_fields=None, **options):
        self.username_key = fold(self.username)
        self.display_key = fold(self.display_name)
        self.search_key = self.current_search_key()
        if update_fields is not None:
            keys = {"username": "username_key", "display_name": "display_key"}
            added = {keys[name] for name in keys if name in update_fields}
            update_fields = {*update_fields, *added, *(["search_key"] if added else [])}
        if not self._saves_a_name(update_fields):
            super().save(update_fields=update_fields, **options)
            return
        with transaction.atomic():
            # If two users take similar names at the same time, the second must see the first.
            Workspace.lock()
            note_former(self)
            super().save(update_fields=update_fields, **options)
            store_skeletons(self)

    def _saves_a_name(self, update_fields):
        if update_fields is None:
            if self._state.adding:
                return True
            update_fields = self.changed_fields()
        return not {"username", "display_name"}.isdisjoint(update_fields)

    def current_search_key(self):
        return search_key(f"{self.username} {self.display_name}")[:400]

    def set_password(self, raw_password):
        super().set_password(normalize_password(raw_password))

    def check_password(self, raw_password):
        """Return True if the password is correct, and renew an outdated hash.

        A hash is outdated if it was made by an older method, or from a password that was not
        normalized. Renewing replaces only the checked hash, never a password set meanwhile.
        """
        checked = self.password
        normalized = normalize_password(raw_password)

        def renew(_password):
            renewed = make_password(normalized)
            mine = User.objects.filter(pk=self.pk, password=checked)
            if mine.update(password=renewed):
                self.password = renewed
            else:
                self.refresh_from_db(fields=["password"])

        is_right = check_password(normalized, checked, renew)
        if not is_right and raw_password != normalized:
            is_right = check_password(raw_password, checked)
            if is_right:
                renew(normalized)
        if is_right and self.password != checked:  # renewed here or by a simultaneous request
            return check_password(normalized, self.password)
        return is_right

    async def acheck_password(self, raw_password):
        return await sync_to_async(self.check_password)(raw_password)

    def has_new_email_since(self, seconds):
        """Return True if the address has changed at or after `seconds` (since the epoch)."""
        return self.email_changed_at is not None and seconds <= self.email_changed_at.timestamp()

    def get_full_name(self):
        return self.name

    get_short_name = get_full_name
