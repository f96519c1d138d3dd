from .models import Membership


def sidebar(request):
    """Return the `memberships` of a signed-in user, a lazy queryset for the list of rooms."""
    user = getattr(request, "user", None)  # missing if the request was refused early
    if user is None or not user.is_authenticated:
        return {}
    match = request.resolver_match
    current = match.kwargs.get("slug", "") if match else ""
    return {"memberships": Membership.objects.for_sidebar(user, current)}
