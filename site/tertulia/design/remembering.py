"""`{% remembered %}`: a part of a template that is rendered once for the facts that it shows.

    {% remembered room.slug room.kind here=room.pk|equals:row.room_id %} … {% endremembered %}

The part is rendered with these facts alone, and the text is kept for the next page with the same
facts in the same language. Facts are texts, numbers, yes/no and tuples of them, never objects, for
they can change. Whatever else the page knows is missing inside, so a forgotten fact is an empty
place and not a leak. Only `csrf_token` and `csp_nonce` need no mention: they are filled in for each
request.

    {% remembered is_author filling id address name=message.author.name %} … {% endremembered %}

What follows `filling` is filled in each time too, such as what differs from message to message: the
part can write it out, and do nothing else with it.

    {% remembered room.slug room.name filling viewer.pk %}
    {% also unless composer.answered flash_messages %} … {% endremembered %}

What follows `unless` is rarely there. If one of it is, the part is rendered as if the tag were not
there, with everything that the page knows; otherwise each is an empty text in the part. So a large
part can be remembered, and what it shows now and then needs no place of its own. `also` goes on
where a line is full.

A template of TEMPLATES_DIR may show anything that the page knows. A part that includes one is not
remembered as a whole.

A room's page is made of 180 fragments, and rendering them took half of its time.
"""

import secrets
from contextlib import contextmanager
from contextvars import ContextVar

from django import template
from django.conf import settings
from django.template import TemplateSyntaxError
from django.template.base import TextNode, render_value_in_context
from django.template.context import Context
from django.template.loader_tags import BlockNode
from django.utils.html import escape
from django.utils.safestring import mark_safe
from django.utils.translation import get_language

from core.conditional.recent_texts import RecentHtml

from .including import includes_others

MAX_BYTES = 8_000_000  # of all parts; a row of the list of rooms has about 700, and its facts more
FACTS = (str, int, float, type(None))  # and their subclasses, such as bool and choices

_ENDS = ("also", "endremembered")

register = template.Library()

# What stands in a part where each request has its own value. It is never sent.
_HOLES = {name: mark_safe(f"hole-{secrets.token_hex(16)}") for name in ("csrf_token", "csp_nonce")}

_is_off = ContextVar("_is_off", default=False)

parts = RecentHtml(MAX_BYTES)


class Facts(dict):
    """The facts of one object, which a part has in its place."""


class Hole:
    """Stands in a part where a value is filled in: it can be written out, and nothing else."""

    def __init__(self):
        self._text = f"hole-{secrets.token_hex(16)}"

    def __str__(self):
        return self._text

    def __bool__(self):
        raise TypeError("What a {% remembered %} part is filled with can only be written out.")


@contextmanager
def forgetful():
    """Render every part anew: for the checks, which replace what parts are made of."""
    token = _is_off.set(True)
    try:
        yield
    finally:
        _is_off.reset(token)


class There(frozenset):
    """The names of what an object has, of which each can be asked for: a fact."""

    def __getitem__(self, name):
        return name in self


@register.filter
def there(owner):
    """Return what `owner`, a dict, has, without what it is: `things.file` is True or False."""
    return There(name for name, value in owner.items() if value) if owner else There()


@register.tag
def remembered(parser, token):
    """Remember what is rendered for these facts: names of variables, or name=expression."""
    bits, nodelist = token.split_contents()[1:], parser.parse(_ENDS)
    while (token := parser.next_token()).contents != "endremembered":
        if any(not isinstance(node, TextNode) or node.s.strip() for node in nodelist):
            raise TemplateSyntaxError("'also' stands before what is remembered")
        bits += token.split_contents()[1:]
        nodelist = parser.parse(_ENDS)
    if nodelist.get_nodes_by_type(BlockNode):
        raise TemplateSyntaxError("'remembered' cannot hold a {% block %}, which pages fill anew")
    return RememberedNode(nodelist, *(_named(parser, under) for under in _by_word(bits)))


def _by_word(bits):
    """Return what stands before the words, what follows `filling`, and what follows `unless`."""
    found, word = {"": [], "filling": [], "unless": []}, ""
    for bit in bits:
        if bit in found:
            word = bit
        else:
            found[word].append(bit)
    return found.values()


def _named(parser, bits):
    """Return {dotted name: expression} of the tag's `bits`."""
    named = {}
    for bit in bits:
        name, equals, expression = bit.partition("=")
        if equals and all(map(str.isidentifier, name.split("."))):
            named[name] = parser.compile_filter(expression)
            continue
        path = parser.compile_filter(bit)
        if path.filters or not getattr(path.var, "lookups", None):
            raise TemplateSyntaxError(f"'remembered' needs a name for '{path}': name={path}")
        named[bit] = path
    return named


class RememberedNode(template.Node):
    """A part, with {dotted name: expression} of what it depends on.

    `known` are its facts, `filled` what is filled in, and `rare` what is not there.
    """

    def __init__(self, nodelist, known, filled, rare):
        self.nodelist, self.known, self.filled, self.rare = nodelist, known, filled, rare
        self._places = [tuple(name.split(".")) for name in (*known, *filled)]
        self._missing = [tuple(name.split(".")) for name in rare if "." in name]
        self._rare = list(rare.values())
        self._holes = [Hole() for _name in filled]
        self._has_others = None  # not known yet

    @property
    def facts(self):
        """The dotted names of what it has."""
        return {*self.known, *self.filled, *self.rare}

    @property
    def parents(self):
        """The dotted names of the objects of which it has facts."""
        places = self._places + self._missing
        return {".".join(place[:end]) for place in places for end in range(1, len(place))}

    def render(self, context):
        if self._includes_others(context):
            return self.rendered_openly(context)
        for expression in self._rare:
            if expression.resolve(context, True):
                return self.rendered_openly(context)
        facts = [expression.resolve(context, True) for expression in self.known.values()]
        if settings.DEBUG or _is_off.get():
            return self._rendered(context, facts)
        key = (self, get_language(), *map(_typed, facts))
        part = parts.get(key)
        if part is None:
            part = self._rendered(context, facts, _HOLES, self._holes)
            parts.keep(key, part)
        if "hole-" in part:
            for name, hole in _HOLES.items():
                if hole in part:
                    own = str(context.get(name, ""))
                    if not own:  # {% csrf_token %} writes nothing then
                        return self._rendered(context, facts)
                    part = part.replace(hole, escape(own))
            for hole, value in zip(self._holes, self._fillings(context), strict=True):
                part = part.replace(str(hole), _written(value, context))
            return mark_safe(part)
        return part

    def _includes_others(self, context):
        """Return True if it includes a template that is not the product's."""
        if self._has_others is None:
            self._has_others = includes_others(self.nodelist, context.template.engine)
        return self._has_others

    def rendered_openly(self, context):
        """Return the part as if it stood in the page without the tag."""
        named = {
            name: expression.resolve(context, True)
            for name, expression in (self.known | self.filled | self.rare).items()
            if "." not in name and name != expression.token
        }
        with context.push(**named):
            return self.nodelist.render(context)

    def _fillings(self, context):
        return [expression.resolve(context, True) for expression in self.filled.values()]

    def _rendered(self, context, facts, own=None, fillings=None):
        """Return the part in a context of its own, which knows nothing else of the page.

        `own` are the values that each request has for itself, by default those of this one, and
        `fillings` what is filled in.
        """
        if own is None:
            own = {name: context[name] for name in _HOLES if name in context}
        if fillings is None:
            fillings = self._fillings(context)
        for name, fact in zip(self.known, facts, strict=True):
            _refuse_objects(name, fact)
        inner = Context(self._given([*facts, *fillings]) | own, autoescape=context.autoescape)
        inner.template, inner.template_name = context.template, context.template_name
        with inner.render_context.push_state(context.render_context.template):
            return self.nodelist.render(inner)

    def _given(self, values):
        """Return what it has as variables; an object of which nothing is known is left out."""
        given = {}
        for place, value in zip(self._places, values, strict=True):
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
        for first, *owners, name in self._missing:
            if first in given:
                inside = given[first]
                for owner in owners:
                    inside = inside.setdefault(owner, Facts())
                inside.setdefault(name, "")
        return given


def _written(value, context):
    """Return what `{{ value }}` writes."""
    if type(value) is int and not settings.USE_THOUSAND_SEPARATOR:  # most are: this is quicker
        return str(value)
    return "" if value is None else render_value_in_context(value, context)


def _typed(value):
    """Return a key for a fact: 1 equals True, and what is safe what is to be escaped."""
    return value, _type_of(value)


def _type_of(value):
    return (type(value), *map(_type_of, value)) if isinstance(value, tuple) else type(value)


def _refuse_objects(name, value):
    for part in value if isinstance(value, tuple | There) else [value]:
        if isinstance(part, tuple):
            _refuse_objects(name, part)
        elif not isinstance(part, FACTS):
            raise TypeError(
                f"'remembered' takes texts and numbers: '{name}' is a {type(part).__name__},"
                " which can change."
            )
