"""All actions on bots. Each saves in one transaction, then notifies."""

from typing import Any

from django.db import transaction

from core.views import require

from ..access.revision import narrow_access
from ..audit import Act, record
from ..locking import lock_people, require_active, require_administrator, require_owner
from ..models import Token, User, Workspace
from ..names.skeletons import people_like
from ..signals import person_changed, person_deactivated
from ..status.current import NONE


@transaction.atomic
def make_bot(owner: User, username: str, display_name: str = "", by: User | None = None) -> User:
    """Make a bot of `owner`: a user without password, address and sessions. Return it.

    Raise IntegrityError if the name is taken, and PermissionDenied if `owner` was deactivated or
    is a bot, or if `by` may not make bots. None skips the check of `by`.
    """
    Workspace.lock()
    people = lock_people(owner, by)
    require(not require_active(owner, people).is_bot)
    if by is not None:
        workspace = Workspace.current()
        require(workspace is not None and workspace.lets_make_bots(require_active(by, people)))
        require(by.pk == owner.pk or people[by.pk].is_administrator)
    bot = User.objects.create_user(
        username, "", display_name=display_name, is_bot=True, owner=owner, email_notifications=False
    )
    record(Act.BOT_MADE, by or owner, person=bot)
    return bot


@transaction.atomic
def retire_bot(bot: User, by: User | None = None) -> None:
    """Deactivate a bot: it says nothing more, and its tokens are revoked for good.

    Raise PermissionDenied if `by` is neither its owner nor an administrator, or no longer is.
    """
    lock_bot(bot, by)
    end_bots([bot])
    record(Act.PERSON_DEACTIVATED, by, person=bot)


@transaction.atomic
def change_bot(bot: User, by: User | None = None, **names: str) -> None:
    """Change the `username` or `display_name` of a bot.

    Raise IntegrityError if a name was just taken, and PermissionDenied as `retire_bot` does.
    """
    Workspace.lock()
    current = lock_bot(bot, by, *people_like(bot, *names.values()))[bot.pk]
    for field, name in names.items():
        setattr(current, field, name)
    current.save(update_fields=list(names))
    person_changed.send(User, person=current)


@transaction.atomic
def restart_bot(bot: User, by: User | None = None) -> None:
    """Let a retired bot work again; it needs new tokens.

    Raise PermissionDenied as `retire_bot` does, and if its owner is not active.
    """
    require_owner(bot, lock_bot(bot, by))
    User.objects.filter(pk=bot.pk).update(is_active=True)
    record(Act.PERSON_REACTIVATED, by, person=bot)


@transaction.atomic
def hand_over_bot(bot: User, owner: User, by: User | None = None) -> None:
    """Make `owner` the owner of a bot, as an administrator.

    Its tokens are revoked, because the former owner may know them. Raise PermissionDenied if `by`
    is not an administrator, or no longer is, or if `owner` cannot log in.
    """
    people = lock_people(bot, owner, by)
    if by is not None:
        require_administrator(by, people)
    require(people[bot.pk].is_bot and people[owner.pk].can_log_in)
    User.objects.filter(pk=bot.pk).update(owner=owner)
    if Token.objects.filter(user=bot).revoke():
        narrow_access([bot.pk])
    record(Act.BOT_HANDED_OVER, by, person=bot, detail=owner.username)


def end_bots(bots: list[User]) -> None:
    """Deactivate these bots, which are locked, in the caller's transaction."""
    ids = [bot.pk for bot in bots]
    if not ids:
        return
    none: dict[str, Any] = NONE
    User.objects.filter(pk__in=ids).update(is_active=False, **none)
    Token.objects.filter(user__in=ids).revoke()
    narrow_access(ids)
    for bot in bots:
        person_deactivated.send(User, person=bot)


def lock_bot(bot: User, by: User | None, *others: User) -> dict[int, User]:
    """Lock `bot`, its owner, `by` and `others`. Return {pk: current User}.

    Raise PermissionDenied if it is no bot, or if `by` is neither its owner nor an administrator.
    None skips the check of `by`.
    """
    people = lock_people(bot, bot.owner, by, *others)
    current = people[bot.pk]
    require(current.is_bot)
    if by is not None and by.pk != current.owner_id:
        require_administrator(by, people)
    elif by is not None:
        require_active(by, people)
    return people
