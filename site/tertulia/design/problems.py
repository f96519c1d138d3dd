"""Errors in templates, in sentences for their authors."""

import re
from typing import NamedTuple

from .fallback_loader import reading_fault


class Problem(NamedTuple):
    name: str  # of the template
    line: int
    words: str
    path: object = None


def syntax_problem(source):
    """Return why `source` cannot be read or does not compile."""
    error = source.error
    if source.unreadable is not None:
        return Problem(source.name, 1, reading_fault(error), source.path)
    line = getattr(getattr(error, "token", None), "lineno", None) or 1
    line, words = in_words(str(error), line)
    return Problem(source.name, line, words, source.path)


def in_words(error, line):
    """Return (line, sentence) for an error that Django raised when it compiled a template."""
    error = re.sub(r"^Template: .*?, (?=[A-Z'])", "", error)
    for pattern, words in _WORDS:
        if found := re.match(pattern, error, re.DOTALL):
            parts = found.groupdict()
            line = int(parts.pop("line", None) or line)
            parts["end"] = re.findall(r"\w+", parts.get("expected") or "x")[-1]
            return line, words.format(**parts)
    return line, f"cannot be read: {error}"


_WORDS = [
    (
        r"Unclosed tag on line (?P<line>\d+): '(?P<tag>\w+)'\."
        r" Looking for one of: (?P<expected>.*)\.",
        "{{% {tag} %}} is never closed: {{% {end} %}} is missing.",
    ),
    (
        r"Invalid block tag on line (?P<line>\d+): '(?P<tag>end\w+)', expected (?P<expected>[^.]*)",
        "{{% {tag} %}} stands where something else is still open: {{% {end} %}} is missing.",
    ),
    (
        r"Invalid block tag on line (?P<line>\d+): '(?P<tag>end\w+)'",
        "{{% {tag} %}} closes nothing that is open here.",
    ),
    (
        r"Invalid block tag on line (?P<line>\d+): '(?P<tag>\w+)'",
        "there is no tag {{% {tag} %}}: it is misspelt, or its {{% load %}} is missing above.",
    ),
    (r"Invalid filter: '(?P<name>\w+)'", "there is no filter “{name}”."),
    (
        r"'(?P<name>[\w.]+)' is not a registered tag library",
        "{{% load {name} %}}: there are no tags of that name.",
    ),
    (
        r"Could not parse the remainder: '.*?{[{%].*' from '(?P<all>[\w.]+).*'",
        "“{all}” stands in a tag that is not closed as it was opened.",
    ),
    (
        r"Could not parse the remainder: '(?P<rest>.*)' from '(?P<all>.*)'",
        "“{all}” cannot be read from “{rest}” on: is a quotation mark or a comma missing?",
    ),
    (
        r"'block' tag with name '(?P<name>\w+)' appears more than once",
        "{{% block {name} %}} stands here twice: it can stand once.",
    ),
]
