"""`{% remembered %}`: a part of a template that is rendered once for the facts that it shows.

    {% remembered room.slug room.kind here=room.pk|equals:row.room_id %} … {% endremembered %}

The part is rendered with these facts alone, and the text is kept for the next page with the same
facts in the same language. Facts are texts, numbers and yes/no, never objects, which can change.
Whatever else the page knows is missing inside, so a forgotten fact is an empty place and not a
leak. Only `csrf_token` and `csp_nonce` need no mention: they are filled in for each request.

A room's page is made of 180 fragments, and rendering them took half of its time.
"""

import secrets
from contextlib import contextmanager
from contextvars import ContextVar

from django import template
from django.conf import settings
from django.template import TemplateSyntaxError
from django.template.context import Context
from django.template.loader_tags import BlockNode
from django.utils.html import escape
from django.utils.safestring import mark_safe
from django.utils.translation import get_language

from core.conditional.recent_texts import RecentTexts

MAX_BYTES = 4_000_000  # of all parts; a row of the list of rooms has about 700
FACTS = (str, int, float, type(None))  # and their subclasses, such as bool and choices

register = template.Library()

# What stands in a part where each request has its own value. It is never sent.
_HOLES = {name: mark_safe(f"hole-{secrets.token_hex(16)}") for name in ("csrf_token", "csp_nonce")}

_is_off = ContextVar("_is_off", default=False)


parts: RecentTexts[str] = RecentTexts(MAX_BYTES)


class Facts(dict):
    """The facts of one object, which a part has in its place."""


@contextmanager
def forgetful():
    """Render every part anew: for the checks, which replace what parts are made of."""
    token = _is_off.set(True)
    try:
        yield
    finally:
        _is_off.reset(token)


@register.tag
def remembered(parser, token):
    """Remember what is rendered for these facts: dotted names of variables, or name=expression."""
    paths, named = [], {}
    for bit in token.split_contents()[1:]:
        name, equals, expression = bit.partition("=")
        if equals and name.isidentifier():
            named[name] = parser.compile_filter(expression)
        else:
            paths.append(parser.compile_filter(bit))
    for path in paths:
        if path.filters or not getattr(path.var, "lookups", None):
            raise TemplateSyntaxError(f"'remembered' needs a name for '{path}': name={path}")
    nodelist = parser.parse(("endremembered",))
    parser.delete_first_token()
    if nodelist.get_nodes_by_type(BlockNode):
        raise TemplateSyntaxError("'remembered' cannot hold a {% block %}, which pages fill anew")
    return RememberedNode(paths, named, nodelist)


class RememberedNode(template.Node):
    """`paths` are the facts that keep their dotted names, `named` those that the tag names."""

    def __init__(self, paths, named, nodelist):
        self.paths, self.named, self.nodelist = paths, named, nodelist
        self._places = [*(path.var.lookups for path in paths), *((name,) for name in named)]
        self._expressions = [*paths, *named.values()]

    @property
    def facts(self):
        """The dotted names of its facts."""
        return {".".join(place) for place in self._places}

    @property
    def parents(self):
        """The dotted names of the objects of which it has facts."""
        return {".".join(place[:end]) for place in self._places for end in range(1, len(place))}

    def render(self, context):
        values = [expression.resolve(context, True) for expression in self._expressions]
        if settings.DEBUG or _is_off.get():
            return self._rendered(context, values)
        key = (self, get_language(), *map(_typed, values))
        part = parts.get(key)
        if part is None:
            part = self._rendered(context, values, _HOLES)
            parts.keep(key, part)
        if "hole-" in part:
            for name, hole in _HOLES.items():
                if hole in part:
                    own = str(context.get(name, ""))
                    if not own:  # {% csrf_token %} writes nothing then
                        return self._rendered(context, values)
                    part = part.replace(hole, escape(own))
            return mark_safe(part)
        return part

    def _rendered(self, context, values, own=None):
        """Return the part in a context of its own, which knows nothing else of the page.

        `own` are the values that each request has for itself, by default those of this one.
        """
        if own is None:
            own = {name: context[name] for name in _HOLES if name in context}
        inner = Context(self._given(values) | own, autoescape=context.autoescape)
        inner.template, inner.template_name = context.template, context.template_name
        with inner.render_context.push_state(context.render_context.template):
            return self.nodelist.render(inner)

    def _given(self, values):
        """Return the facts as variables; an object of which none is known is left out."""
        given = {}
        for place, value in zip(self._places, values, strict=True):
            _refuse_objects(place, value)
            known = any(
                other is not None
                for others, other in zip(self._places, values, strict=True)
                if others[0] == place[0]
            )
            if known:
                inside = given
                for name in place[:-1]:
                    inside = inside.setdefault(name, Facts())
                inside[place[-1]] = value
        return given


def _typed(value):
    """Return a key for a fact: 1 equals True, and what is safe what is to be escaped."""
    if isinstance(value, tuple):
        return (type(value), value, *map(type, value))
    return type(value), value


def _refuse_objects(place, value):
    for part in value if isinstance(value, tuple) else [value]:
        if not isinstance(part, FACTS):
            raise TypeError(
                f"'remembered' takes texts and numbers: '{'.'.join(place)}' is a"
                f" {type(part).__name__}, which can change."
            )
