"""Samples: templates in one state, which the gallery shows and the template checks render.

A package lists those of its templates in `samples.py`: `samples(cast)` returns them. `cast` has
people, rooms and messages that are not saved; `tertulia.design` passes it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.core.paginator import Page, Paginator
from django.forms import BaseForm, ChoiceField
from django.forms.utils import ErrorDict


@dataclass
class Sample:
    """One template in one state.

    `stage` is the surroundings of a fragment, "" for a page; `reader` is the user who sees it;
    `after` changes the HTML as the script would; `reading` is how a room is read
    (`messaging.conversation.reading_mode`).
    """

    template: str
    state: str
    context: dict[str, Any] = field(default_factory=dict)
    stage: str = ""
    reader: Any = None
    after: Callable[[str], str] | None = None
    reading: Any = None
    language: str = ""
    height: int = 0

    @property
    def name(self) -> str:
        return f"{self.template}: {self.state}"

    @property
    def is_page(self) -> bool:
        return not self.stage


def refused[Form: BaseForm](form: Form, /, **errors: str) -> Form:
    """Return `form`, which is bound, with these errors: {name of a field, or "form": sentence}.

    Validating it instead would query the database.
    """
    form._errors = ErrorDict(renderer=form.renderer)
    form.cleaned_data = {}
    for name, error in errors.items():
        form.add_error(None if name == "form" else name, error)
    return form


def shown[Form: BaseForm](form: Form) -> Form:
    """Return `form` with two of the five hundred time zones, which take long to render."""
    zones = form.fields["time_zone"]
    assert isinstance(zones, ChoiceField)
    zones.choices = list(zones.choices)[:2]
    return form


def page_of(rows: Iterable[Any], number: int = 1, size: int = 50) -> Page:
    """Return page `number` of a long list."""
    return Paginator(list(rows), size).page(number)
