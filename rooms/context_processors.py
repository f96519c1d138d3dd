from .models import Membership


def sidebar(request):
    """Give every page of a signed-in person their rooms, for the list beside it; lazily read."""
    user = getattr(request, "user", None)  # a request refused early has none
    if user is None or not user.is_authenticated:
        return {}
    return {"memberships": Membership.objects.for_sidebar(user)}
