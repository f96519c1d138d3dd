from django import template
from django.conf import settings
from django.templatetags.static import static

from messaging.attachments.models import MAX_FILES

register = template.Library()

CHOOSING = ("choosing.min.js", "listing.min.js")
SENDING = ("uploading.min.js", "uploaded.min.js", "progress.min.js")


@register.simple_tag
def file_limits():
    """Return the most `bytes` of a file, and of all files of a message, and the most `files`."""
    return {"bytes": settings.FILES_LIMIT, "files": MAX_FILES}


@register.simple_tag
def upload_scripts(only_sending=False):
    """Return the addresses of the scripts that list and send files, as the composer loads them."""
    return " ".join(map(static, SENDING if only_sending else CHOOSING + SENDING))
