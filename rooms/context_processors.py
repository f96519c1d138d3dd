from core.user_agents import has_no_frames

from .sidebar.listed import memberships_of
from .unread.expressions import saved_and_due


def sidebar(request):
    """Return the `memberships` of a signed-in user, a lazy list for the list of rooms.

    `saved_due` is how many of their saved messages are due, from the same query.
    `is_text_browser` is True if the browser shows no popovers, menus or icons.
    """
    user = getattr(request, "user", None)  # missing if the request was refused early
    if user is None or not user.is_authenticated:
        return {}
    memberships = memberships_of(request)

    def saved_due():
        if memberships:
            return memberships[0].due
        return saved_and_due().filter(user=user).count()

    return {
        "memberships": memberships,
        "saved_due": saved_due,
        "is_text_browser": has_no_frames(request.headers.get("User-Agent", "")),
    }
