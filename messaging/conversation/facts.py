"""Everything that the page of a room shows, as facts: see core.conditional.

Nothing may be shown that is not a fact here: test_unchanged.py changes each of them, and checks
that drawing the page runs no query.
"""

from django.utils import translation

from core.conditional.facts import Facts, can_be_kept
from rooms.sidebar.listed import listed
from users.account_news import has_news
from users.status.current import current_status

from .runs import days

# What changes with every visit, or with every message of other rooms, and is not shown.
_OF_VISITS = ("visited_at", "was_elsewhere")
_OF_OTHER_ROOMS = ("visited_at", "revision", "access_revision", "push_queued_at")


def facts_of(request, opened, unsent, page):
    """Return the Facts of a room's page with the context `page`, or None if it cannot be kept.

    `opened` is what was found of the room; `unsent` is what the composer shows.
    """
    window, user = page["window"], request.user
    # Who has scheduled messages sees their numbers, which only a query of their own tells.
    if window.rows is None or user.scheduled or not can_be_kept(request):
        return None
    facts = Facts(request)
    facts.add(opened.rows_without(*_OF_VISITS))
    facts.add(listed(request).rows_without(*_OF_OTHER_ROOMS), window.rows)
    facts.add(page["people"], unsent)
    facts.add(*_of_reader(request), *_of_page(request, page), *_of_time(page))
    return facts


def _of_reader(request):
    """Return the facts of the session, its user, their workspace, and what both choose."""
    session = request.session.row
    return (
        _fields_of(request.workspace),
        _fields_of(request.user),
        session and session.session_data,
        has_news(request),
        translation.get_language(),
    )


def _fields_of(instance):
    return [getattr(instance, field.attname) for field in instance._meta.concrete_fields]


def _of_page(request, page):
    """Return the facts of the part of the history that is shown, and of how it is read."""
    window = {**vars(page["window"]), "messages": None, "rows": None, "heads": None}
    return sorted(window.items()), tuple(request.reading), page["reports_itself"]


def _of_time(page):
    """Return what changes by itself: days, and the ends of mutes, statuses and welcomes."""
    membership, welcome = page["membership"], page["welcome"]
    return (
        days(),
        membership and membership.is_muted,
        welcome and welcome.is_first,
        current_status(page["viewer"]),
    )
