"""The user of a token with what it allows, and the people of the workspace."""

from django.db.models import Q
from django.http import JsonResponse

from core.rate_limits import LIMITS
from core.text import fold
from rooms.tokens.queries import rooms_of
from users.models import User

from .authentication import program
from .paging import PartForm, asked, linked, part_of
from .representation import person_json


@program()
def me(request):
    token = request.token
    rooms = None
    if token.is_limited_to_rooms:
        rooms = list(rooms_of(token).order_by("slug").values_list("slug", flat=True))
    limit = LIMITS["api"]
    return JsonResponse(
        {
            **person_json(request.user),
            "scopes": token.scopes.split(),
            "rooms": rooms,
            "expires_at": token.expires_at and token.expires_at.isoformat(),
            "limits": {"requests": limit.count, "seconds": limit.seconds},
        }
    )


@program("read")
def people(request):
    part = asked(request, PartForm)
    after = fold(part["after"])
    found, following = part_of(people_of(request.token), "username_key", after, part["limit"])

    response = JsonResponse({"people": [person_json(person) for person in found]})
    return linked(response, request, part["limit"], next=("after", following))


def people_of(token):
    """Return the active users; for a token that is limited to rooms, those who are in them."""
    people = User.objects.filter(is_active=True)
    if token.is_limited_to_rooms:
        shares = Q(memberships__room__in=rooms_of(token))
        people = people.filter(shares | Q(pk=token.user_id)).distinct()
    return people
