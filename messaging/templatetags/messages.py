import operator

from django import template

from messaging.message import rendering

register = template.Library()


@register.simple_tag(takes_context=True)
def render_message(context, message):
    """Render a message with the controls of the page's `viewer`, or all of them if it has none."""
    of_room = context.get("messages_of") or _of_room(context)
    return of_room.render(message) if of_room else rendering.render_message(message)


@register.simple_tag(takes_context=True)
def render_run(context, window):
    """Render the messages of `window` with the controls of the page's `viewer`."""
    return window.rendered_for(_of_room(context))


def _of_room(context):
    """Return the MessagesOf of the page, or None if it has no `viewer`.

    In a loop it is made once, while the variables stay.
    """
    viewer = context.get("viewer")
    if viewer is None:
        return None
    variables = (viewer, context.get("membership"), not context.get("is_text_browser"))
    kept, of_room = context.render_context.get(render_message, (None, None))
    if kept is None or any(map(operator.is_not, kept, variables)):
        of_room = rendering.MessagesOf.room(*variables)
        context.render_context[render_message] = variables, of_room
    return of_room
