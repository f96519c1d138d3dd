from django import template

from messaging.message import rendering

register = template.Library()


@register.simple_tag(takes_context=True)
def render_message(context, message):
    """Render a message with the controls of the page's `viewer`, or all of them if it has none."""
    if context.get("viewer") is None:
        return rendering.render_message(message)
    viewer, membership = context["viewer"], context.get("membership")
    has_styles = not context.get("is_text_browser")
    return rendering.render_message_for(viewer, membership, message, has_styles)
