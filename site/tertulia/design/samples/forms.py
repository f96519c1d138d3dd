"""Forms as they are after a refusal, without the questions that refusing asks the database."""

from django.core.paginator import Paginator
from django.forms.utils import ErrorDict


def refused(form, /, **errors):
    """Return `form`, which is bound, with these sentences beside its fields."""
    form._errors = ErrorDict(renderer=form.renderer)
    form.cleaned_data = {}
    for name, error in errors.items():
        form.add_error(None if name == "form" else name, error)
    return form


def shown(form):
    """Return `form` with few of the five hundred time zones: drawing these would take longest."""
    field = form.fields["time_zone"]
    field.choices = list(field.choices)[:2]
    return form


def page_of(rows, number=1, size=50):
    """Return a page of a long list."""
    return Paginator(list(rows), size).page(number)
