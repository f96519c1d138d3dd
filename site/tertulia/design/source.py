"""The source of a template: its text, its tags and the variables that it reads."""

import re
from functools import cached_property
from pathlib import Path

from django.template import Origin, Template, TemplateSyntaxError, engines
from django.template.base import FilterExpression, Node, Token, TokenType, Variable

from .remembering import RememberedNode

_TAG = re.compile(r"{%.*?%}|{{.*?}}|{#.*?#}")
_COMMENT = re.compile(r"{%\s*comment\b[^%]*%}.*?{%\s*endcomment\s*%}", re.DOTALL)
_TRANSLATED = re.compile(
    r"{%\s*blocktrans(?:late)?\b.*?{%\s*endblocktrans(?:late)?\s*%}", re.DOTALL
)
_IN_ATTRIBUTES = re.compile(
    r"{%\s*block\s+\w+_(?:class|attributes)\s*%}.*?{%\s*endblock\s*%}", re.DOTALL
)
_KEEP = re.compile(r"^Keep:\n((?:  .*\n)+)", re.MULTILINE)
_PROMISE = re.compile(r"^  (\S.*?): +(.*(?:\n    .*)*)\n", re.MULTILINE)
_PUSHED = re.compile(r"^Pushed: ", re.MULTILINE)
_EXTENDS = re.compile(r'{%\s*extends\s+"([^"]+)"')
# Attributes of Django's nodes that hold the names of variables that a tag sets.
_MAKES = ("asvar", "var_name", "variable", "target_var", "variable_name", "countervar", "as_var")


class Source:
    """One file of templates/ or of TEMPLATES_DIR."""

    def __init__(self, folder, path):
        self.path = path
        self.name = path.relative_to(folder).as_posix()
        self.original = self  # the product's own template of this name
        self.unreadable = None  # the error raised when reading its file
        try:
            self.text = path.read_text(encoding="utf-8")
            if "\0" in self.text:
                raise UnicodeError("it is not UTF-8")
        except (OSError, UnicodeError) as error:
            self.text, self.unreadable = "", error

    @property
    def is_fragment(self):
        return Path(self.name).name.startswith("_") or self.name.endswith("_changed.html")

    @cached_property
    def compiled(self):
        """The Template; raises TemplateSyntaxError."""
        engine = engines["django"].engine
        return Template(self.text, Origin(str(self.path), self.name), self.name, engine)

    @cached_property
    def error(self):
        """The error raised when reading or compiling it, or None."""
        if self.unreadable is not None:
            return self.unreadable
        try:
            self.compiled  # noqa: B018 (compiled on access)
        except TemplateSyntaxError as error:
            return error
        return None

    @cached_property
    def comment(self):
        """Its first comment."""
        found = _COMMENT.search(self.text)
        return found[0] if found else ""

    @cached_property
    def keeps(self):
        """The entries under Keep in its comment: {CSS selector: what breaks without it}.

        A replacement must also keep the selectors of the product's own template.
        """
        kept = {} if self.original is self else self.original.keeps
        found = _KEEP.search(self.comment)
        own = _PROMISE.findall(found[1]) if found else []
        return kept | {selector: " ".join(loss.split()) for selector, loss in own}

    @cached_property
    def is_pushed(self):
        """True if it is rendered once for all readers, by its comment or the original's."""
        return any(_PUSHED.search(each.comment) for each in (self, self.original))

    @cached_property
    def is_css(self):
        """True if it contains CSS rules instead of HTML."""
        return "Inside a <style" in self.original.comment

    @cached_property
    def promised_names(self):
        """All words of its comment except those under Keep; its variables are among them."""
        return set(re.findall(r"\w+", _KEEP.sub("", self.comment)))

    @cached_property
    def without_comments(self):
        return _COMMENT.sub(_blank, self.text)

    @cached_property
    def markup(self):
        """Its text without comments and with "x" for each other tag; keeps line numbers."""
        return _TAG.sub(_stand_in, self.without_comments)

    @cached_property
    def prose(self):
        """Its markup without translated text and without the blocks of attributes."""
        text = _TRANSLATED.sub(_blank, self.without_comments)
        return _TAG.sub(_blank, _IN_ATTRIBUTES.sub(_blank, text))

    @cached_property
    def parent(self):
        """The name of the template that it extends, or None."""
        found = _EXTENDS.search(self.text)
        return found[1] if found else None

    def line_of(self, position):
        """Return the line number of the character at `position`."""
        return self.text.count("\n", 0, position) + 1

    def find(self, pattern, text=None):
        """Yield (line, match) for each match of `pattern` in `text`, by default the whole file."""
        for match in re.finditer(pattern, self.text if text is None else text, re.DOTALL):
            yield self.line_of(match.start()), match

    @cached_property
    def first_line(self):
        """The line of its first element, or the first line."""
        found = re.search(r"<\w", self.markup)
        return self.line_of(found.start()) if found else 1

    @cached_property
    def reads(self):
        """The variables that it reads, as [(dotted name, line)]."""
        return reads_of(self.compiled.nodelist)

    @cached_property
    def remembered(self):
        """Its {% remembered %} parts."""
        return self.compiled.nodelist.get_nodes_by_type(RememberedNode)

    @cached_property
    def tags(self):
        """Its tags as [(first word, line)]."""
        found = self.find(r"{%\s*(\w+)[^%]*%}", self.without_comments)
        return [(match[1], line) for line, match in found]

    @cached_property
    def blocks(self):
        """The names of its blocks, as {name: line}."""
        found = self.find(r"{%\s*block\s+(\w+)", self.without_comments)
        return {match[1]: line for line, match in found}


def _blank(match):
    return re.sub(r"[^\n]", " ", match[0])


def _stand_in(match):
    return "x" + _blank(match)[1:]


def reads_of(nodelist):
    """Return the variables that nodes read and do not make, as [(dotted name, line)]."""
    reads, makes = [], {"forloop", "block"}
    _walk(nodelist, 1, reads, makes, set())
    return [(name, line) for name, line in reads if name.split(".")[0] not in makes]


def _walk(value, line, reads, makes, seen):
    """Collect the variables read and set in `value`, a node or an attribute of one."""
    if isinstance(value, list | tuple | set):
        for part in value:
            _walk(part, line, reads, makes, seen)
    elif isinstance(value, dict):
        makes.update(key for key in value if isinstance(key, str))
        _walk(list(value.values()), line, reads, makes, seen)
    elif isinstance(value, Token):
        if value.token_type == TokenType.VAR:
            reads.append((value.contents.split("|")[0].strip(), value.lineno or line))
    elif isinstance(value, Variable):
        if value.lookups:
            reads.append((".".join(value.lookups), line))
    elif isinstance(value, FilterExpression):
        _walk(value.var, line, reads, makes, seen)
        _walk([arguments for _filter, arguments in value.filters], line, reads, makes, seen)
    elif _is_part(value) and id(value) not in seen:
        seen.add(id(value))
        if isinstance(value, Node):
            line = getattr(value.token, "lineno", None) or line
            makes.update(getattr(value, "loopvars", ()))
            named = (getattr(value, name, None) for name in _MAKES)
            makes.update(name for name in named if isinstance(name, str))
        for key, part in vars(value).items():
            if key not in {"token", "origin", "parser", "parent_name"}:
                _walk(part, line, reads, makes, seen)


def _is_part(value):
    """Return True if `value` is part of a compiled template: a node, expression or condition."""
    kind = type(value)
    known = kind.__module__.startswith(("django.template.", "django.templatetags."))
    return hasattr(value, "__dict__") and (known or isinstance(value, Node))


def sources():
    """Return a Source for every template, those of TEMPLATES_DIR first."""
    found = [
        Source(folder, path)
        for folder in map(Path, engines["django"].engine.dirs)
        for path in sorted(folder.rglob("*"))
        if path.suffix in {".html", ".txt"}
    ]
    originals = {source.name: source for source in found}  # the product's own templates come last
    for source in found:
        source.original = originals[source.name]
    return found
