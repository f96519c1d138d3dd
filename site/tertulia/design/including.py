"""`{% include %}` as Django's, but a template with a constant name is looked up only once.

Django looks it up again for each page, which took half of the time of a small fragment. With DEBUG
it is still looked up each time, so that every change shows at the next reload.
"""

from django import template
from django.conf import settings
from django.template.loader_tags import IncludeNode, construct_relative_path, do_include

register = template.Library()


class Include(IncludeNode):
    """An include of the template with this `name`, which is relative or not."""

    found = None

    def render(self, context):
        included = self.found
        if included is None:
            name = construct_relative_path(self.origin.template_name, self.template.var)
            included = context.template.engine.get_template(name)
            if not settings.DEBUG:
                self.found = included
        values = {name: value.resolve(context) for name, value in self.extra_context.items()}
        if self.isolated_context:
            return included.render(context.new(values))
        with context.push(**values):
            return included.render(context)


@register.tag
def include(parser, token):
    node = do_include(parser, token)
    if isinstance(node.template.var, str) and not node.template.filters:
        node.__class__ = Include
    return node
