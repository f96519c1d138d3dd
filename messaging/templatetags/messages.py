import operator

from django import template

from messaging.message import rendering

register = template.Library()


@register.simple_tag(takes_context=True)
def render_message(context, message):
    """Render a message with the controls of the page's `viewer`, or all of them if it has none."""
    viewer = context.get("viewer")
    if viewer is None:
        return rendering.render_message(message)
    return _of_room(context, viewer).render(message)


def _of_room(context, viewer):
    """Return the MessagesOf of the page; in a loop it is made once, while the variables stay."""
    variables = (viewer, context.get("membership"), not context.get("is_text_browser"))
    kept, of_room = context.render_context.get(render_message, (None, None))
    if kept is None or any(map(operator.is_not, kept, variables)):
        of_room = rendering.MessagesOf.room(*variables)
        context.render_context[render_message] = variables, of_room
    return of_room
