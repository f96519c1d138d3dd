from django import template

from messaging.message.rendering import draw_message

register = template.Library()


@register.simple_tag(takes_context=True, name="draw_message")
def draw_message_for_viewer(context, message):
    """Draw `messaging/_message.html` for the `viewer` and the `membership` of the page."""
    return draw_message(message, context.get("viewer"), context.get("membership"))
