"""Saving a stale object must not undo a later change."""

import pytest
from allauth.account.utils import user_field
from django.apps import apps
from django.contrib.auth.models import update_last_login
from django.db import DatabaseError, IntegrityError

from core.changed_fields import ChangedFieldsModel
from rooms.actions import change_role, end_membership
from users.actions import change_password, deactivate, make_administrator, save_workspace
from users.models import User, Workspace

# These may be saved whole: their rows are only inserted, or written in one place.
NEVER_STALE = {"FormerUsername", "AccessCount", "AuditEntry", "Presence", "Session"}
NEVER_STALE |= {"TokenRoom"}


def test_every_model_of_people_and_rooms_saves_only_what_changed():
    models = [
        *apps.get_app_config("users").get_models(),
        *apps.get_app_config("rooms").get_models(),
    ]
    others = {model.__name__ for model in models if not issubclass(model, ChangedFieldsModel)}
    assert others == NEVER_STALE


@pytest.fixture
def stale(bruno):
    """Bruno as he was before his password changed and Ana deactivated him."""
    stale = User.objects.get(pk=bruno.pk)
    change_password(bruno, "another horse")
    make_administrator(bruno)
    deactivate(bruno)
    return stale


SAVES = {
    "bare": lambda user: user.save(),
    "with a change": lambda user: (setattr(user, "time_zone", "Asia/Tokyo"), user.save()),
    "by allauth": lambda user: user_field(user, "language", "es", commit=True),
    "at a login": lambda user: update_last_login(User, user),
    "of a new hash": lambda user: user.check_password("correct horse"),
}


@pytest.mark.parametrize("save", SAVES.values(), ids=SAVES)
def test_saving_a_stale_user_undoes_nothing(save, stale, bruno, settings):
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
        *settings.PASSWORD_HASHERS,
    ]
    save(stale)
    now = User.objects.get(pk=bruno.pk)
    assert (now.is_active, now.is_administrator) == (False, True)
    assert now.check_password("another horse")


def test_what_was_changed_is_saved(bruno):
    bruno.display_name = "Bruno B."
    assert bruno.changed_fields() == ["display_name"]
    bruno.save()
    assert bruno.changed_fields() == []
    now = User.objects.get(pk=bruno.pk)
    assert (now.display_name, now.display_key) == ("Bruno B.", "bruno b.")


def test_what_was_read_again_is_not_saved(bruno):
    stale = User.objects.only("language").get(pk=bruno.pk)
    assert stale.time_zone == ""  # loads the deferred field
    stale.refresh_from_db(fields=["language"])
    User.objects.filter(pk=bruno.pk).update(time_zone="Asia/Tokyo", language="es")
    stale.save()
    assert User.objects.values_list("time_zone", "language").get(pk=bruno.pk) == (
        "Asia/Tokyo",
        "es",
    )


def test_an_object_that_was_not_read_replaces_no_row(bruno):
    with pytest.raises(IntegrityError):
        User(pk=bruno.pk, username="thief", email="thief@example.com").save()


def test_a_row_that_was_deleted_does_not_come_back(lobby, bruno):
    membership = lobby.membership_of(bruno)
    end_membership(lobby.membership_of(bruno))
    membership.role = "owner"
    with pytest.raises(DatabaseError):
        membership.save()


def test_a_stale_membership_gives_no_role_back(lobby, bruno):
    change_role(lobby.membership_of(bruno), "moderator")
    stale = lobby.membership_of(bruno)
    change_role(lobby.membership_of(bruno), "member")
    stale.notification_level = "everything"
    stale.save()
    now = lobby.membership_of(bruno)
    assert (now.role, now.notification_level) == ("member", "everything")


def test_a_stale_workspace_does_not_open_the_signup(workspace):
    save_workspace(signup="invite")
    workspace.name = "Plaza"
    workspace.save()
    assert (Workspace.current().name, Workspace.current().signup) == ("Plaza", "invite")


def test_a_hash_renewed_by_another_request_still_logs_in(bruno, settings):
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
        *settings.PASSWORD_HASHERS,
    ]
    slower = User.objects.get(pk=bruno.pk)
    assert bruno.check_password("correct horse")
    assert slower.check_password("correct horse")
    assert slower.password == bruno.password
