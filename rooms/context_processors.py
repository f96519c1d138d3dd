from .models import Membership


def sidebar(request):
    """Give every page of a signed-in person their rooms, for the list beside it; lazily read."""
    if not request.user.is_authenticated:
        return {}
    return {"memberships": Membership.objects.for_sidebar(request.user)}
