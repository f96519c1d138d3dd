from django.conf import settings
from django.contrib.messages import get_messages

from .looks import Look


def workspace(request):
    """Give every page its workspace (None before the first run), its look and its notices.

    `has_mail` says whether mail is sent from here at all. The notices are Django's messages: in
    this product, a message is what people write.
    """
    workspace = getattr(request, "workspace", None)
    return {
        "workspace": workspace,
        "look": Look.of(getattr(request, "user", None), workspace),
        "has_mail": bool(settings.EMAIL_URL),
        "notices": get_messages(request),
    }
