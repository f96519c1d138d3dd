"""Finds errors in templates by rendering the samples of the gallery."""

import logging
import re
from contextlib import contextmanager

from django.contrib.staticfiles.storage import StaticFilesStorage, staticfiles_storage
from django.template import TemplateDoesNotExist, TemplateSyntaxError, VariableDoesNotExist
from django.urls import NoReverseMatch

from .discovery import all_samples
from .drawing import draw
from .markup import Markup
from .problems import Problem
from .remembering import Facts

# Parts of one page: an element opened in one may be closed in another.
PARTS_OF_A_PAGE = {
    "messaging/noscript/live.html",
    "messaging/noscript/live_ended.html",
    "operations/exported_room_head.html",
    "operations/exported_room_tail.html",
}


def problems_when_drawn(sources, only=None):
    """Yield the Problems of all templates, or `only` one, found by rendering them."""
    by_name = {}
    for source in sources:
        by_name.setdefault(source.name, source)
    drawn, said = {}, set()
    for sample in all_samples():
        if only not in (None, sample.template):
            continue
        source = by_name.get(sample.template)
        with misspelt_attributes() as misspelt, uncollected_static_files():
            try:
                markup = Markup(draw(sample))
            except Exception as error:
                said.add(_failure(sample, source, error, by_name))
                continue
        said |= {found for name in misspelt if (found := _misspelling(name, sources))}
        if source is None or source.error or not sample.template.endswith(".html"):
            continue
        drawn.setdefault(sample.template, []).append(markup)
        said |= set(_broken_markup(sample, source, markup))
    yield from said
    yield from _lost(drawn, by_name)


def _lost(drawn, by_name):
    for name, source in by_name.items():
        if source.error is not None or name not in drawn:
            continue
        for selector, loss in source.keeps.items():
            if not any(markup.has(selector) for markup in drawn[name]):
                words = f"no longer has “{selector}”: {loss}."
                yield Problem(name, source.first_line, words, source.path)


def _broken_markup(sample, source, markup):
    name, line = sample.template, source.first_line
    if name not in PARTS_OF_A_PAGE:
        for element in set(markup.unclosed) - {"p", "li"}:
            line = next((n for n, _m in source.find(rf"<{element}\b")), source.first_line)
            words = f"an element “{element}” is opened and not closed ({sample.state})."
            yield Problem(name, line, words, source.path)
        for element in set(markup.unopened):
            line = next((n for n, _m in source.find(rf"</{element}\b")), source.first_line)
            words = f"an element “{element}” is closed that is not open ({sample.state})."
            yield Problem(name, line, words, source.path)
    for repeated in markup.repeated_ids:
        words = f"draws “id={repeated}” twice on one page ({sample.state}): it can stand once."
        yield Problem(name, line, words, source.path)


@contextmanager
def misspelt_attributes():
    """Collect (attribute, owner) of attributes that a template reads but the object lacks.

    Django ignores these and only logs them (`django.template`, at DEBUG).
    """
    found = set()

    class Gatherer(logging.Handler):
        def emit(self, record):
            error = record.exc_info and record.exc_info[1]
            if isinstance(error, VariableDoesNotExist):
                bit, owner = error.params
                if _is_known(owner):
                    found.add((bit, type(owner).__name__))

    logger = logging.getLogger("django.template")
    gatherer, level, propagates = Gatherer(), logger.level, logger.propagate
    logger.addHandler(gatherer)
    logger.setLevel(logging.DEBUG)
    logger.propagate = False
    try:
        yield found
    finally:
        logger.removeHandler(gatherer)
        logger.setLevel(level)
        logger.propagate = propagates


@contextmanager
def uncollected_static_files():
    """Allow templates to name static files that have not been collected yet."""
    storage, staticfiles_storage._wrapped = staticfiles_storage._wrapped, StaticFilesStorage()
    try:
        yield
    finally:
        staticfiles_storage._wrapped = storage


def _is_known(owner):
    """Return True if `owner` belongs to the product, so a missing attribute is an error."""
    ours = {"users", "rooms", "messaging"}
    return isinstance(owner, Facts) or type(owner).__module__.split(".")[0] in ours


def _misspelling(misspelt, sources):
    name, owner = misspelt
    pattern = rf"[\w.]+\.{re.escape(name)}\b"
    for source in sources:
        if source.error is None:
            for line, match in source.find(pattern):
                words = f"“{match[0]}”: there is no “{name}” of a {owner}. It is misspelt."
                if owner == Facts.__name__:
                    words = f"“{match[0]}” is not among the facts of the {{% remembered %}} around."
                return Problem(source.name, line, words, source.path)
    return None


def _failure(sample, source, error, by_name):
    """Return the Problem of a template that cannot be rendered; name the part at fault."""
    path = source.path if source else None
    if isinstance(error, TemplateSyntaxError):
        broken = next((each for each in by_name.values() if each.error is not None), None)
        if broken is not None:
            words = f"cannot be drawn: {broken.name} is broken."
            return Problem(sample.template, 1, words, path)
    if isinstance(error, TemplateDoesNotExist):
        words = f"cannot be drawn: there is no template “{error}”."
        return Problem(sample.template, _line(source, str(error)), words, path)
    if isinstance(error, NoReverseMatch):
        words = f"cannot be drawn: a {{% url %}} leads nowhere. {str(error).split('. ')[0]}."
        return Problem(sample.template, _line(source, r"{%\s*url"), words, path)
    words = f"cannot be drawn ({sample.state}): {type(error).__name__}, {error}"
    return Problem(sample.template, 1, words, path)


def _line(source, pattern):
    return next((line for line, _match in source.find(pattern)), 1) if source else 1
