"""Restrict the query parameters by which pages of the admin site can be filtered."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest

# The lookups that Django's own filters use: choices, booleans, and empty or not.
_QUESTIONS = {"", "exact", "isnull", "isempty"}


class ListedLookups:
    """A ModelAdmin mixin that allows filtering only by the fields of its `list_filter`.

    Django allows a URL to filter by any column of the model: `?password__startswith=pbkdf2`
    reveals part of a hash that no page shows.
    """

    get_list_filter: Callable[[HttpRequest], Any]

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        name, _separator, question = lookup.partition("__")
        listed = {
            entry if isinstance(entry, str) else entry[0] for entry in self.get_list_filter(request)
        }
        return name in listed and question in _QUESTIONS
