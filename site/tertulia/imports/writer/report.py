"""The table with which an import and a check end, as text."""

from collections.abc import Mapping, Sequence

from django.template.defaultfilters import filesizeformat

MOST_NAMES = 40


def table(done: Mapping[str, int], skipped: Mapping[str, int]) -> str:
    """Return what came and what did not, each in the order of their numbers."""
    return "\n".join([*_part("Comes:", done), "", *_part("Does not come:", skipped)])


def names(people: Sequence[str]) -> str:
    """Return the people who have no account here, the first of them by name."""
    if not people:
        return "Everybody has an account here."
    more = len(people) - MOST_NAMES
    shown = ", ".join(people[:MOST_NAMES]) + (f", and {more} more" if more > 0 else "")
    return (
        f"Without an account here: {shown}.\n"
        "They become people who cannot log in. Who has an account here goes into a file for"
        " --people: one line each, with the name there and the username here."
    )


def size(count: int) -> str:
    return filesizeformat(count).replace("\xa0", " ")


def _part(title: str, counts: Mapping[str, int]) -> list[str]:
    rows = sorted(((count, what) for what, count in counts.items() if count), reverse=True)
    if not rows:
        return [title, "  nothing"]
    width = max(len(f"{count:,}") for count, _what in rows)
    return [title, *(f"  {count:>{width},}  {what}" for count, what in rows)]
