from django import template

from messaging.message import rendering

register = template.Library()


@register.simple_tag(takes_context=True)
def render_message(context, message):
    """Render a message with the controls of the page's `viewer`, or all of them if it has none."""
    if context.get("viewer") is None:
        return rendering.render_message(message)
    return rendering.render_message_for(context["viewer"], context.get("membership"), message)
