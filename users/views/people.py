"""The pages about people: their list, a person, and what administrators do with them."""

from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from core import flash
from core.text import fold

from .. import actions
from ..forms import PeopleSearchForm, ReasonForm
from ..languages import time_zone_of
from ..links import actions as link_actions
from ..login.recent_login import recent_login_required
from ..models import User
from ..names.former import find_former
from .access import administrators_only

PEOPLE_PER_PAGE = 50


@never_cache
@require_safe
def people(request):
    """List the people of the workspace; for administrators also those who are deactivated."""
    search = PeopleSearchForm(request.GET)
    words = search.cleaned_data["q"] if search.is_valid() else ""
    is_administrator = request.user.is_administrator
    deactivated = is_administrator and "deactivated" in request.GET
    found = User.objects.filter(is_active=not deactivated)
    found = found.searched(words) if is_administrator else found.named(words)
    page = Paginator(found.by_name(), PEOPLE_PER_PAGE).get_page(request.GET.get("page"))
    people = list(page)

    context = {
        "search": search,
        "words": words,
        "people": page,
        "here": User.objects.here([person.pk for person in people]),
        "deactivated": deactivated,
    }
    return render(request, "users/people.html", context)


@never_cache
@require_safe
def person(request, username):
    """Show a person to every member. An address with a former username leads to the current one."""
    person = User.objects.filter(username_key=fold(username)).first()
    if person is None:
        renamed = find_former(username)
        if renamed is None:
            raise Http404
        return redirect("users:person", renamed.username)

    context = {
        "person": person,
        "zone": time_zone_of(person).key,
        "now": timezone.now(),
        "is_here": bool(User.objects.here([person.pk])),
        "rooms": person.rooms.shared_with(request.user),
        "deactivation": ReasonForm(auto_id="deactivation_%s"),
    }
    return render(request, "users/person.html", context)


@never_cache
@require_POST
@administrators_only
@recent_login_required
def login_link(request, pk):
    person = get_object_or_404(User, pk=pk, is_active=True, is_bot=False)

    link, token = link_actions.issue_login_link(request.user, person)

    address = request.build_absolute_uri(reverse("users:login_link", args=[token]))
    page = {"person": person, "link": link, "address": address}
    return render(request, "users/login_link_issued.html", page)


@require_POST
def make_administrator(request, pk):
    return change(request, pk, actions.make_administrator, "administrator_made")


@require_POST
def unmake_administrator(request, pk):
    return change(request, pk, actions.unmake_administrator, "administrator_unmade")


@require_POST
def deactivate(request, pk):
    return change(request, pk, actions.deactivate, "person_deactivated")


@require_POST
def reactivate(request, pk):
    return change(request, pk, actions.reactivate, "person_reactivated")


@require_POST
def reset_second_factor(request, pk):
    return change(request, pk, actions.reset_second_factor, "second_factor_reset")


@administrators_only
@recent_login_required
def change(request, pk, action, done):
    """Run `action` on a person and redirect to their page with a flash message."""
    person = get_object_or_404(User, pk=pk)
    form = ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""

    try:
        action(person, by=request.user, reason=reason)
    except actions.LastAdministrator:
        flash.error(request, "last_administrator", person=person)
    else:
        flash.success(request, done, person=person)

    return redirect("users:person", person.username)
