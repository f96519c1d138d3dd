"""Parts of long lists, and the links between them (RFC 8288)."""

from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import CountField

from .problems import invalid

MAX_LIMIT = 100


class PartForm(forms.Form):
    """How many, and after which one: a slug or username."""

    limit = forms.IntegerField(required=False, min_value=1, max_value=MAX_LIMIT)
    after = forms.CharField(required=False, max_length=80, strip=False)


class PositionsForm(PartForm):
    """Messages before or after a position."""

    before = CountField(required=False)
    after = CountField(required=False)

    def clean(self):
        if not {self.cleaned_data.get("before"), self.cleaned_data.get("after")} & {None}:
            self.add_error("before", _("Give either “before” or “after”."))


class ChangesForm(PartForm):
    """Changes after a revision."""

    since = CountField(required=False)
    after = None


def asked(request, form_class):
    """Return the parameters of the address; raise Problem if they are not right."""
    form = form_class(request.GET)
    if not form.is_valid():
        raise invalid(form, parameter="*")
    return form.cleaned_data


def part_of(rows, name, after, limit):
    """Return (a list of `limit` rows after the one whose field `name` is `after`, the next after).

    The rows are in the order of the unique field. The second is None at the end.
    """
    limit = limit or MAX_LIMIT
    rows = list(rows.order_by(name).filter(**{f"{name}__gt": after})[: limit + 1])
    return rows[:limit], getattr(rows[limit - 1], name) if len(rows) > limit else None


def linked(response, request, limit, **relations):
    """Add the header Link: to this address, with the parameters of each relation that is not None.

    `next=("after", 7)` is a link with ?after=7, and with the same `limit`.
    """
    links = []
    for relation, target in relations.items():
        name, value = target
        if value is not None:
            query = urlencode({name: value, **({"limit": limit} if limit else {})})
            links.append(f'<{request.get_full_path().partition("?")[0]}?{query}>; rel="{relation}"')
    if links:
        response["Link"] = ", ".join(links)
    return response
