"""`{% include %}`, which looks a template with a constant name up only once."""

from pathlib import Path

from django import template
from django.conf import settings
from django.template.loader_tags import IncludeNode, construct_relative_path, do_include

PRODUCT = settings.BASE_DIR / "templates"

register = template.Library()


class Include(IncludeNode):
    """Includes a template with a constant name, which is looked up only once.

    Django looks it up again for each page, which took half of the time of a small fragment. With
    DEBUG each page is compiled anew, and this with it, so that every change shows at the next
    reload.
    """

    found = None

    def included(self, engine):
        """Return the template."""
        if self.found is None:
            name = construct_relative_path(self.origin.template_name, self.template.var)
            self.found = engine.get_template(name)
        return self.found

    def render(self, context):
        included = self.included(context.template.engine)
        values = {name: value.resolve(context) for name, value in self.extra_context.items()}
        if self.isolated_context:
            return included.render(context.new(values))
        with context.push(**values):
            return included.render(context)


def includes_others(nodelist, engine, seen=()):
    """Return True if not all that `nodelist` includes is the product's, but from TEMPLATES_DIR.

    It is True too for a name that only the page knows.
    """
    if len(engine.dirs) == 1:  # there is no TEMPLATES_DIR
        return False
    for node in nodelist.get_nodes_by_type(IncludeNode):
        if not isinstance(node, Include):
            return True
        included = node.included(engine)
        file = included.origin.name
        if file in seen:
            continue
        if not Path(file).is_relative_to(PRODUCT):
            return True
        if includes_others(included.nodelist, engine, (*seen, file)):
            return True
    return False


@register.tag
def include(parser, token):
    node = do_include(parser, token)
    if isinstance(node.template.var, str) and not node.template.filters:
        node.__class__ = Include
    return node
