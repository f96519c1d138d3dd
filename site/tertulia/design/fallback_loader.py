"""Loads templates so that a broken one breaks nothing else.

If a template cannot be read or fails to render, the next one of the same name is used: the
product's own if one in TEMPLATES_DIR is broken. A fragment without another version is replaced with
`_broken.html`. The file is logged and shown to administrators (`broken_templates`).
"""

import logging
import threading
from pathlib import Path

from django.conf import settings
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404
from django.template import Template, TemplateDoesNotExist, TemplateSyntaxError
from django.template.base import DebugLexer, Lexer, NodeList, Parser
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.template.loaders import base, cached

from core.conditional import release

from .white_space import compact

logger = logging.getLogger(__name__)

INSTEAD = "_broken.html"
# Not errors of a template: responses that it requests.
ANSWERS = (Http404, PermissionDenied, SuspiciousOperation)

# A template nested in itself deeper than this, directly or not, includes itself endlessly.
MAX_DEPTH = 20

_broken = {}  # {file: error}


class _Open(threading.local):
    """The names of the files that this thread is rendering, the outermost first."""

    def __init__(self):
        self.names = []


_open = _Open()


class EndlessInclude(Exception):
    """A template includes itself without end."""

    def __init__(self):
        super().__init__("It includes itself without end.")


class Nodes(NodeList):
    """Finds the nodes of a type once: Django looks for the blocks of a page each time."""

    def __init__(self, nodes):
        super().__init__(nodes)
        self._by_type = {}

    def get_nodes_by_type(self, nodetype):
        if nodetype not in self._by_type:
            self._by_type[nodetype] = super().get_nodes_by_type(nodetype)
        return self._by_type[nodetype]


class ProductTemplate(Template):
    """A template without invisible white space; if it fails, the next of its name is rendered."""

    def compile_nodelist(self):
        lexer = DebugLexer if self.engine.debug else Lexer
        tokens = lexer(self.source).tokenize()
        if self.origin.template_name.endswith(".html"):
            compact(tokens)
        engine = self.engine
        parser = Parser(tokens, engine.template_libraries, engine.template_builtins, self.origin)
        try:
            nodelist = parser.parse()
        except Exception:
            return super().compile_nodelist()  # raises the same error with file and line
        self.extra_data = parser.extra_data
        return Nodes(nodelist)

    def render(self, context):
        if context.template is None:
            return super().render(context)
        # As Django does in a context manager, which took a tenth of the time of a small fragment.
        state, outer = context.render_context, context.render_context.template
        state.template = self
        state.push()
        try:
            return self._render(context)
        finally:
            state.template = outer
            state.pop()

    def _render(self, context):
        blocks = context.render_context.get(BLOCK_CONTEXT_KEY)
        filled = (
            {} if blocks is None else {name: list(them) for name, them in blocks.blocks.items()}
        )
        names = _open.names  # a context manager would take a tenth of the time of a small fragment
        names.append(self.origin.name)
        depth = names.count(self.origin.name)
        try:
            if depth > MAX_DEPTH:
                raise EndlessInclude
            return super()._render(context)
        except Exception as error:
            if is_passed_on(error, depth):
                raise
            other = self.engine.template_loaders[0].after(self.origin, error)
            if blocks is None:
                note(self.origin, error)
                return other.render(context)
            # This one is extended: the error may be in a block of the extending template.
            blocks.blocks.clear()
            blocks.blocks.update(filled)
            html = other._render(context)
            note(self.origin, error)
            return html
        finally:
            names.pop()


class Reader(base.Loader):
    """Loads the first template of a name that can be read and compiled."""

    def get_template(self, template_name, skip=None):
        tried, fault = [], None
        for origin in self.get_template_sources(template_name):
            if origin in (skip or ()):
                continue
            try:
                text = self.get_contents(origin)
                return ProductTemplate(text, origin, template_name, self.engine)
            except TemplateDoesNotExist:
                tried.append((origin, "Source does not exist"))
            except TemplateSyntaxError as error:
                note(origin, error)
                fault = fault or error
        if fault and Path(template_name).name.startswith("_") and template_name != INSTEAD:
            return self.get_template(INSTEAD)
        raise fault or TemplateDoesNotExist(template_name, tried=tried)


class Loader(cached.Loader, Reader):
    """Wraps the loaders that read files; caches compiled templates except with DEBUG."""

    def get_contents(self, origin):
        """Return the text of a file; treat an unreadable one as missing and record it."""
        try:
            text = super().get_contents(origin)
            if "\0" in text:
                raise UnicodeError("it is not UTF-8")
        except TemplateDoesNotExist:
            if Path(origin.name).is_symlink():
                note(origin, "It is a link to a file that does not exist.")
            raise
        except (OSError, UnicodeError) as error:
            note(origin, reading_fault(error))
            raise TemplateDoesNotExist(origin) from error
        return text.removeprefix("\ufeff")

    def get_template(self, template_name, skip=None):
        if settings.DEBUG:  # show every change at the next reload
            self.reset()
        return super().get_template(template_name, skip)

    def after(self, origin, error):
        """Return the replacement of a template that failed; raise `error` if there is none."""
        name = origin.template_name
        origins = list(self.get_template_sources(name))
        try:
            return self.get_template(name, origins[: origins.index(origin) + 1])
        except TemplateDoesNotExist:
            if Path(name).name.startswith("_") and name != INSTEAD:
                return self.get_template(INSTEAD)
            raise error from None


def is_passed_on(error, depth):
    """Return True if a template nested in itself to `depth` must not handle `error`.

    An endless include is replaced at its outermost template.
    """
    if isinstance(error, EndlessInclude | RecursionError):
        return depth > 1
    return isinstance(error, ANSWERS)


def reading_fault(error):
    """Return why a template cannot be read, as a sentence for its author."""
    if isinstance(error, UnicodeError):
        return "It is not UTF-8: save it as UTF-8."
    if isinstance(error, IsADirectoryError):
        return "It is a folder: a template is a file."
    return f"It cannot be read: {error.strerror}."


def note(origin, error):
    """Log an error once and record it for administrators' pages."""
    words = " ".join(str(error).split())
    if _broken.get(origin.name) != words:
        _broken[origin.name] = words
        release.renew()
        logger.error(
            "The template %s is broken: %s",
            *(origin.name, words),
            extra={"event": "template.broken", "fields": {"template": origin.name}},
        )


def broken():
    """Return the broken templates as {file: error}."""
    return dict(_broken)


def broken_templates(request):
    """Context processor: the broken templates for administrators and designers, {file: error}."""
    user = getattr(request, "user", None)
    is_shown = settings.DEBUG or getattr(user, "is_administrator", False)
    return {"broken_templates": broken() if is_shown else {}}


def forget():
    """Clear the recorded errors."""
    _broken.clear()
    release.renew()
