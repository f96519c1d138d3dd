"""Reports errors in templates by file and line, in `manage.py check` and `make test`.

These are warnings: a broken template must not prevent the product from starting.
"""

from django.conf import settings
from django.core.checks import Tags, Warning, register

from .fallback_loader import broken
from .problems import Problem


@register(Tags.templates)
def templates(app_configs=None, **kwargs):
    """Return a warning for each Problem of a template."""
    return [
        Warning(problem.words, obj=place_of(problem), id="tertulia.W101")
        for problem in all_problems()
    ]


def all_problems(only=None):
    """Return the Problems of all templates, without duplicates, by file and line.

    If `only` names a template, render only its samples.
    """
    # Import lazily: a process that serves pages needs none of this.
    from .contract import problems_between, problems_of
    from .drawn_contract import problems_when_drawn
    from .source import sources

    found = sources()
    problems = {problem for source in found for problem in problems_of(source)}
    problems |= set(problems_between(found)) | set(problems_when_drawn(found, only))
    named = {problem.path for problem in problems}
    problems |= {problem for problem in problems_of_loading(found) if problem.path not in named}
    return sorted(problems, key=lambda problem: (problem.name, problem.line, problem.words))


def problems_of_loading(found):
    """Yield the errors that the loader found while rendering, such as an endless include."""
    faults = broken()
    for source in found:
        if str(source.path) in faults:
            yield Problem(source.name, 1, faults[str(source.path)], source.path)


def place_of(problem):
    """Return the file and line of `problem` in the form that editors open."""
    path = problem.path or problem.name
    if problem.path and problem.path.is_relative_to(settings.BASE_DIR):
        path = problem.path.relative_to(settings.BASE_DIR)
    return f"{path}:{problem.line}"
