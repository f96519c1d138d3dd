"""Direct rooms, found or opened by who is in them."""

from django.http import Http404, JsonResponse, QueryDict

from core import throttling
from core.text import fold
from rooms.direct.actions import open_direct_room
from rooms.direct.forms import ConversationForm
from rooms.direct.rows import direct_key
from rooms.tokens.queries import rooms_of
from users.models import User

from .authentication import program
from .lookups import room_and_membership_of
from .problems import invalid
from .representation import room_json

MAX_NAMES = 20  # in an address


@program("write")
def talk(request, usernames):
    """Open the direct room of exactly the user and these people; without others, their notes."""
    keys = {fold(name.strip().removeprefix("@")) for name in usernames.split(",")} - {""}
    people = list(User.objects.filter(username_key__in=keys)) if len(keys) <= MAX_NAMES else []
    if not keys or len(people) < len(keys):
        raise Http404
    others = [person for person in people if person.pk != request.user.pk]

    known = rooms_of(request.token).filter(name_key=direct_key(request.user, *others)).first()
    room = known or new_talk(request, others)

    seen = room_json(*room_and_membership_of(request, room.slug))
    return JsonResponse(seen, status=200 if known else 201)


def new_talk(request, others):
    """Return a new direct room. For a token that is limited to rooms there is none: Http404."""
    if request.token.is_limited_to_rooms:
        raise Http404
    chosen = QueryDict(mutable=True)
    chosen.setlist("people", [str(person.pk) for person in [request.user, *others]])
    form = ConversationForm(request.user, chosen, is_final=True)
    if not form.is_valid() or not throttling.allow(form, "talk", request.user, field="people"):
        raise invalid(form, parameter="usernames")
    return open_direct_room(request.user, *form.cleaned_data["others"])
