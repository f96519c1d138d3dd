"""Stored skeletons of all names, to find names that can be mistaken for each other."""

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import models
from django.db.models import Exists, OuterRef, Q

from core.changed_fields import ChangedFieldsModel
from core.confusables import skeletons_of
from core.text import plain


class NameSkeletonQuerySet(models.QuerySet):
    def like(self, name, besides=None):
        """Return the skeletons that `name` shares with people other than `besides`."""
        shared = self.filter(skeleton__in=_skeletons(name))
        return shared.exclude(user=besides.pk) if besides else shared


class NameSkeleton(ChangedFieldsModel):
    """A skeleton of a user's name. No two usernames share one."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="name_skeletons"
    )
    skeleton = models.CharField(max_length=255, db_index=True)
    is_username = models.BooleanField()

    objects = NameSkeletonQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["skeleton"],
                condition=Q(is_username=True),
                name="usernames_do_not_look_alike",
            ),
            models.UniqueConstraint(
                fields=["user", "skeleton", "is_username"], name="one_skeleton_a_name"
            ),
        ]

    def __str__(self):
        return self.skeleton


def people_like(user, *names):
    """Return the people whose names look like the current names of `user` or like `names`."""
    looks = {skeleton for name in names for skeleton in _skeletons(name)}
    own = NameSkeleton.objects.filter(user=user).values("skeleton")
    alike = NameSkeleton.objects.filter(Q(skeleton__in=looks) | Q(skeleton__in=own))
    return get_user_model().objects.filter(pk__in=alike.values("user"))


def store_skeletons(user):
    """Store the skeletons of the names of `user`, and update who shows their username.

    Raise IntegrityError if another username looks like this one.
    """
    rows = NameSkeleton.objects.filter(user=user)
    wanted = {(skeleton, True) for skeleton in _skeletons(user.username)}
    wanted |= {(skeleton, False) for skeleton in _skeletons(user.display_name)}
    stored = set(rows.values_list("skeleton", "is_username"))
    for skeleton, is_username in stored - wanted:
        rows.filter(skeleton=skeleton, is_username=is_username).delete()
    NameSkeleton.objects.bulk_create(
        NameSkeleton(user=user, skeleton=skeleton, is_username=is_username)
        for skeleton, is_username in sorted(wanted - stored)
    )
    _note_who_shows_username(user, {skeleton for skeleton, _is_username in stored ^ wanted})


def _note_who_shows_username(user, skeletons):
    """Update `shows_username` of `user` and of everybody whose name has one of `skeletons`."""
    others = NameSkeleton.objects.filter(skeleton=OuterRef("skeleton")).exclude(
        user=OuterRef("user")
    )
    confusable = NameSkeleton.objects.filter(Exists(others), user=OuterRef("pk"), is_username=False)
    alike = NameSkeleton.objects.filter(skeleton__in=skeletons).values("user")
    people = get_user_model().objects.filter(Q(pk=user.pk) | Q(pk__in=alike))
    locked = list(people.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))
    people.filter(pk__in=locked).update(shows_username=Exists(confusable))
    user.refresh_from_db(fields=["shows_username"])


def _skeletons(name):
    return {skeleton[:255] for skeleton in skeletons_of(plain(name))}
