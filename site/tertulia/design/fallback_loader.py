"""Loads templates so that a broken one takes nothing else down.

In the place of one that cannot be read, or that fails while it is drawn, stands the next of the
same name: the product's own where one of TEMPLATES_DIR is broken. A fragment that has no other is
left out, with `_broken.html` in its place. Which file it was stands in the log, and on the pages of
administrators (`broken_templates`).
"""

import logging
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path
from types import MappingProxyType

from django.conf import settings
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404
from django.template import Template, TemplateDoesNotExist, TemplateSyntaxError
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.template.loaders import cached

logger = logging.getLogger(__name__)

INSTEAD = "_broken.html"
# Not faults of a template: answers that it asks for.
ANSWERS = (Http404, PermissionDenied, SuspiciousOperation)

# A template that includes itself so deep, straight or by way of others, never ends.
MAX_DEPTH = 20

_broken = {}  # file: what is wrong with it
_depths = ContextVar("depths", default=MappingProxyType({}))  # file: how often it is being rendered


class EndlessInclude(Exception):
    """A template includes itself without end."""

    def __init__(self):
        super().__init__("It includes itself without end.")


class Loader(cached.Loader):
    """Takes the loaders that do the reading; remembers what they read, but for designers."""

    def get_contents(self, origin):
        """Return the text of a file; one that is no text counts as not there, and is noted."""
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
        if settings.DEBUG:  # a designer sees every change at the next reload
            self.reset()
        try:
            template = super().get_template(template_name, skip)
        except TemplateSyntaxError as error:
            origin = self._origin_of(template_name, skip)
            note(origin, error)
            return self.after(origin, template_name, error)
        template.__class__ = ForgivingTemplate  # Django's loaders make no others than Templates
        return template

    def _origin_of(self, template_name, skip):
        """Return where the template stands that `get_template` reads."""
        for origin in self.get_template_sources(template_name):
            if origin not in (skip or []):
                with suppress(TemplateDoesNotExist):
                    self.get_contents(origin)
                    return origin
        raise TemplateDoesNotExist(template_name)

    def after(self, origin, template_name, error):
        """Return what stands in for a broken template; raise `error` where nothing does."""
        origins = list(self.get_template_sources(template_name))
        try:
            return self.get_template(template_name, origins[: origins.index(origin) + 1])
        except TemplateDoesNotExist:
            if Path(template_name).name.startswith("_") and template_name != INSTEAD:
                return self.get_template(INSTEAD)
            raise error from None


class ForgivingTemplate(Template):
    def _render(self, context):
        blocks = context.render_context.get(BLOCK_CONTEXT_KEY)
        with deeper(self.origin.name) as depth:
            if blocks is not None:
                return self._render_as_frame(context, blocks.blocks, depth)
            try:
                return super()._render(context)
            except Exception as error:
                if is_passed_on(error, depth):
                    raise
                note(self.origin, error)
                return self._other(error).render(context)

    def _render_as_frame(self, context, blocks, depth):
        """Draw what another template extends: the fault may be in a block of either."""
        filled = {name: list(fillings) for name, fillings in blocks.items()}
        try:
            return super()._render(context)
        except Exception as error:
            if is_passed_on(error, depth):
                raise
            other = self._other(error)
            blocks.clear()
            blocks.update(filled)
            html = other._render(context)  # raises where a block of the other one is at fault
            note(self.origin, error)
            return html

    def _other(self, error):
        return self.engine.template_loaders[0].after(self.origin, self.name, error)


def is_passed_on(error, depth):
    """Return True if a template at this `depth` of itself is not the one to make `error` good.

    An endless include is undone as a whole, back to where it began.
    """
    if isinstance(error, EndlessInclude | RecursionError):
        return depth > 1
    return isinstance(error, ANSWERS)


@contextmanager
def deeper(name):
    """Count one more rendering of the file `name` within itself; raise EndlessInclude past many."""
    depth = _depths.get().get(name, 0) + 1
    if depth > MAX_DEPTH:
        raise EndlessInclude
    token = _depths.set(MappingProxyType({**_depths.get(), name: depth}))
    try:
        yield depth
    finally:
        _depths.reset(token)


def reading_fault(error):
    """Return why a template cannot be read, in words for who wrote it."""
    if isinstance(error, UnicodeError):
        return "It is not UTF-8: save it as UTF-8."
    if isinstance(error, IsADirectoryError):
        return "It is a folder: a template is a file."
    return f"It cannot be read: {error.strerror}."


def note(origin, error):
    """Tell the log, once a fault, and keep it for the pages of administrators."""
    words = " ".join(str(error).split())
    if _broken.get(origin.name) != words:
        _broken[origin.name] = words
        logger.error("The template %s is broken: %s", origin.name, words)


def broken():
    """Return what has been found broken: {file: why}."""
    return dict(_broken)


def broken_templates(request):
    """Give the pages of administrators, and of designers, what is broken: {file: why}."""
    user = getattr(request, "user", None)
    is_shown = settings.DEBUG or getattr(user, "is_administrator", False)
    return {"broken_templates": broken() if is_shown else {}}


def forget():
    """Forget what was broken."""
    _broken.clear()
