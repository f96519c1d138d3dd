from core.user_agents import has_no_frames

from .models import Membership


def sidebar(request):
    """Return the `memberships` of a signed-in user, a lazy queryset for the list of rooms.

    `is_text_browser` is True if the browser shows no popovers, menus or icons.
    """
    user = getattr(request, "user", None)  # missing if the request was refused early
    if user is None or not user.is_authenticated:
        return {}
    match = request.resolver_match
    current = match.kwargs.get("slug", "") if match else ""
    return {
        "memberships": Membership.objects.for_sidebar(user, current),
        "is_text_browser": has_no_frames(request.headers.get("User-Agent", "")),
    }
