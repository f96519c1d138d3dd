from django.contrib.messages import get_messages


def workspace(request):
    """Give every page its workspace (None before the first run) and the notices for its reader.

    The notices are Django's messages: in this product, a message is what people write.
    """
    return {
        "workspace": getattr(request, "workspace", None),
        "notices": get_messages(request),
    }
