from django.utils.functional import SimpleLazyObject

from .models import Scheduled


def scheduled(request):
    """Return `scheduled_here`: the numbers of the user's scheduled messages in the page's room.

    They are {"waiting", "unsent"}, or {} if there are none. Only who has any costs a query, and
    only where a template asks.
    """
    return {"scheduled_here": SimpleLazyObject(lambda: _numbers(request))}


def _numbers(request):
    user, match = getattr(request, "user", None), request.resolver_match
    slug = match.kwargs.get("slug") if match else None
    if not (slug and user and user.is_authenticated and user.scheduled):
        return {}
    mine = Scheduled.objects.filter(author=user, room__slug=slug)
    numbers = mine.numbers()
    if not numbers["scheduled"]:
        return {}
    return {"waiting": numbers["scheduled"] - numbers["unsent"], "unsent": numbers["unsent"]}
