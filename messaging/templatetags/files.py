from django import template

from messaging.attachments.models import Attachment

register = template.Library()


@register.simple_tag(takes_context=True)
def own_files(context):
    """Return the `count` and the `bytes` of the files that the reader of the page has sent."""
    user = getattr(context.get("request"), "user", None)
    return user and Attachment.objects.filter(owner=user).shown().totals()
