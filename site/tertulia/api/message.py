"""One message: read, edit and delete it, and react to it."""

from django.http import HttpResponse, JsonResponse

from core import rate_limits, throttling
from core.views import require
from messaging.message import actions
from messaging.message.forms import EditForm
from messaging.message.representation import represent_change
from messaging.reactions.acts import react, unreact

from .authentication import program
from .bodies import fields_of
from .lookups import message_and_membership_of, message_of
from .problems import invalid, too_often


@program("read")
def message(request, pk):
    found = message_of(request, pk)
    return JsonResponse(represent_change(found, found.room))


@program("write")
def edit(request, pk):
    message, membership = message_and_membership_of(request, pk)
    require(message.can_be_edited_by(membership))

    form = EditForm(fields_of(request, body=str))
    form.fields["body"].before = message.body
    form.fields["body"].required = not message.files or "body" not in form.data
    if form.is_valid() and throttling.allow(form, "edit", request.user, field="body"):
        message = actions.edit_message(message, form.cleaned_data["body"], by=request.user)
        return JsonResponse(represent_change(message, message.room))
    raise invalid(form)


@program("write")
def delete(request, pk):
    message, membership = message_and_membership_of(request, pk)
    require(message.is_under(membership))

    if not message.is_deleted:
        wait = rate_limits.take("delete", request.user)
        if wait:
            raise too_often(wait)
        actions.delete_message(message, by=request.user)
    return HttpResponse(status=204)


@program("write")
def add_reaction(request, pk, emoji):
    message, membership = message_and_membership_of(request, pk)
    refused = react(membership, message, emoji)
    if refused is not None:
        raise invalid(refused, parameter="emoji")
    return JsonResponse(represent_change(message, message.room))


@program("write")
def remove_reaction(request, pk, emoji):
    message, membership = message_and_membership_of(request, pk)
    refused = unreact(membership, message, emoji)
    if refused is not None:
        raise invalid(refused, parameter="emoji")
    return HttpResponse(status=204)
