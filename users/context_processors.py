from django.conf import settings
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from .account_news import has_news
from .themes import Look


def sign_on_of(providers):
    """Return {"name", "address"} of the single sign-on provider, or None if there is none."""
    apps = providers.get("openid_connect", {}).get("APPS", [])
    if not apps:
        return None
    address = reverse("openid_connect_login", args=[apps[0]["provider_id"]])
    return {"name": apps[0]["name"], "address": address}


def workspace(request):
    """Return the workspace (None before the first run), the look and the flash messages of a page.

    `has_mail` is True if this installation sends e-mail, and `may_invite` if the user may invite
    people. Django's messages are called flash messages here, because a message is what people post
    in a room.
    """
    workspace = getattr(request, "workspace", None)
    user = getattr(request, "user", None)
    return {
        "workspace": workspace,
        "look": Look.of(user, workspace),
        "may_invite": bool(user and workspace and _is_inviter(user, workspace)),
        "has_mail": bool(settings.EMAIL_URL),
        "sign_on": sign_on_of(settings.SOCIALACCOUNT_PROVIDERS),
        "flash_messages": get_messages(request),
        "has_account_news": SimpleLazyObject(lambda: has_news(request)),
    }


def _is_inviter(user, workspace):
    return user.is_authenticated and workspace.lets_invite(user)
