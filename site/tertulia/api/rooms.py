"""The rooms that a token may see: list, read, change, join, leave and mark them as read."""

from django import forms
from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext_lazy as _

from core import rate_limits, throttling
from core.forms import CountField
from core.views import changes_of, require
from rooms import actions
from rooms.forms import SettingsForm
from rooms.models import Membership
from rooms.naming import NameRefused
from rooms.reading.positions import mark_read
from rooms.tokens.queries import rooms_of

from .authentication import program
from .bodies import fields_of
from .lookups import room_and_membership_of
from .paging import PartForm, asked, linked, part_of
from .problems import invalid, too_often
from .representation import membership_json, room_json


class ReadForm(forms.Form):
    """The position of a message of `room`, or 0."""

    position = CountField()

    def __init__(self, room, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._room = room

    def clean_position(self):
        position = self.cleaned_data["position"]
        if position > self._room.last_position:
            raise forms.ValidationError(_("There is no message at this position yet."))
        return position


@program("read")
def rooms(request):
    part = asked(request, PartForm)
    visible = rooms_of(request.token).with_member_counts()
    found, following = part_of(visible, "slug", part["after"], part["limit"])

    memberships = Membership.objects.filter(user=request.user, room__in=found).with_title()
    mine = {membership.room_id: membership for membership in memberships}
    response = JsonResponse({"rooms": [_seen(room, mine.get(room.pk), request) for room in found]})
    return linked(response, request, part["limit"], next=("after", following))


def _seen(room, membership, request):
    if membership is not None:
        membership.room, membership.user = room, request.user
    return room_json(room, membership)


@program("read")
def room(request, slug):
    return JsonResponse(room_json(*room_and_membership_of(request, slug)))


@program("manage")
def change_room(request, slug):
    room, membership = room_and_membership_of(request, slug)
    require(membership and membership.can_manage and not room.is_archived)

    settings = {name: getattr(room, name) for name in ("name", "topic", "kind", "joins_newcomers")}
    form = SettingsForm.of(room, settings | fields_of(request, name=str, topic=str))
    if form.is_valid() and throttling.allow(form, "room settings", request.user, field="name"):
        try:
            actions.change_room(room, request.user, **changes_of(form))
            return JsonResponse(room_json(room, membership))
        except NameRefused as error:
            form.refuse(error)
    raise invalid(form)


@program("manage")
def join(request, slug):
    room, membership = room_and_membership_of(request, slug)
    require(membership or room.can_be_joined)
    wait = 0 if membership else rate_limits.take("join", request.user)
    if wait:
        raise too_often(wait)

    _membership, created = actions.join_room(room, request.user, by=request.user)

    seen = room_json(*room_and_membership_of(request, slug))
    return JsonResponse(seen, status=201 if created else 200)


@program("manage")
def leave(request, slug):
    _room, membership = room_and_membership_of(request, slug)
    require(membership is None or membership.can_leave)

    if membership is not None:
        actions.end_membership(membership)

    return HttpResponse(status=204)


@program("write")
def read(request, slug):
    room, membership = room_and_membership_of(request, slug)
    require(membership)
    form = ReadForm(room, fields_of(request, position=int))
    if not form.is_valid() or not throttling.allow(form, "mark", request.user, field="position"):
        raise invalid(form)

    mark_read(membership, form.cleaned_data["position"])

    membership.refresh_from_db(fields=["last_read_position", "own_unread"])
    return JsonResponse(membership_json(membership))
