"""Choose whether links in a conversation are shown with previews."""

from django.db import transaction

from core.views import require
from users.models import User

from ..locking import lock_act
from ..models import Room


@transaction.atomic
def choose_previews(room: Room, allows: bool, by: User) -> None:
    """Choose for everybody in a direct room whether its links have previews.

    Raise PermissionDenied if `by` is not in it, or it is not direct (any more).
    """
    acting, _nobody = lock_act(room, by)
    require(acting.pk and acting.can_choose_previews)
    room.link_previews = allows or None
    room.save(update_fields=["link_previews"])
