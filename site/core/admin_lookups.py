"""Which questions the admin site answers by a page's address."""

# What Django's filters of listed fields ask: a choice or a yes, and whether there is anything.
_QUESTIONS = {"", "exact", "isnull", "isempty"}


class ListedLookups:
    """A ModelAdmin that filters by the fields of its `list_filter`, and by nothing else.

    Django lets an address filter by any column of the model: `?password__startswith=pbkdf2`
    answers a question about a hash that no page shows.
    """

    def lookup_allowed(self, lookup, value, request):
        name, _separator, question = lookup.partition("__")
        listed = {
            entry if isinstance(entry, str) else entry[0] for entry in self.get_list_filter(request)
        }
        return name in listed and question in _QUESTIONS
