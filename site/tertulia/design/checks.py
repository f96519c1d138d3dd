"""`manage.py check` and `make test` say what is wrong with the templates, by file and line.

These are warnings: a template with a fault must not keep the product from starting.
"""

from django.conf import settings
from django.core.checks import Tags, Warning, register

from .fallback_loader import broken
from .problems import Problem


@register(Tags.templates)
def templates(app_configs=None, **kwargs):
    """Return a warning for everything that a template promises and does not keep."""
    return [
        Warning(problem.words, obj=place_of(problem), id="tertulia.W101")
        for problem in all_problems()
    ]


def all_problems(only=None):
    """Return every Problem of every template, each once, by file and line.

    `only` names one template whose samples are drawn, where the others cannot have changed.
    """
    # Read when asked: a process that serves pages needs none of this.
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
    """Yield what the loader found broken while samples were drawn, such as an endless include."""
    faults = broken()
    for source in found:
        if str(source.path) in faults:
            yield Problem(source.name, 1, faults[str(source.path)], source.path)


def place_of(problem):
    """Return the file and line of `problem`, as editors open them."""
    path = problem.path or problem.name
    if problem.path and problem.path.is_relative_to(settings.BASE_DIR):
        path = problem.path.relative_to(settings.BASE_DIR)
    return f"{path}:{problem.line}"
