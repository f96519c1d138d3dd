"""The list of rooms beside a page, read once for each request."""

from datetime import datetime

from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from core.queries.prepared import Prepared
from users.models import User

from ..models import Membership

_LISTED = Prepared(
    lambda user, current, now: Membership.objects.for_sidebar(User(pk=user), current, now=now),
    user=int,
    current=str,
    now=datetime,
)


def memberships_of(request):
    """Return the memberships of `for_sidebar` of who is logged in, as a lazy list."""
    return SimpleLazyObject(lambda: _objects(request))


def listed(request):
    """Return what the query of `memberships_of` has found: one answer for the whole request."""
    if not hasattr(request, "listed_rooms"):
        match = request.resolver_match
        current = match.kwargs.get("slug", "") if match else ""
        request.listed_rooms = _LISTED.run(
            user=request.user.pk, current=current, now=timezone.now()
        )
    return request.listed_rooms


def _objects(request):
    memberships = listed(request).objects()
    for membership in memberships:
        membership.user = request.user
    return memberships
