from django.conf import settings
from django.contrib.messages import get_messages


def workspace(request):
    """Give every page its workspace (None before the first run) and the notices for its reader.

    `has_mail` says whether mail is sent from here at all. The notices are Django's messages: in
    this product, a message is what people write.
    """
    return {
        "workspace": getattr(request, "workspace", None),
        "has_mail": bool(settings.EMAIL_URL),
        "notices": get_messages(request),
    }
