"""Creating and revoking invitations, for administrators."""

from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from core import flash, throttling
from core.views import sent, status_of

from ..forms import InvitationForm
from ..links import actions as link_actions
from ..models import Invitation
from .access import administrators_only


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@administrators_only
def invitations(request):
    form = InvitationForm(sent(request))
    if form.is_valid() and throttling.allow(form, "invitation", request.user, field="note"):
        _invitation, token = link_actions.create_invitation(request.user, **form.cleaned_data)
        # Only this response can show the address, because only a hash of the token is stored.
        address = request.build_absolute_uri(reverse("users:invited_signup", args=[token]))
        return render(request, "users/invitations.html", page_of(InvitationForm(), address))

    response = render(request, "users/invitations.html", page_of(form), status=status_of(form))
    return throttling.answer(form, response)


def page_of(form, address=None):
    return {
        "form": form,
        "address": address,
        "invitations": Invitation.objects.usable().select_related("created_by"),
    }


@require_POST
@administrators_only
def revoke(request, pk):
    invitation = get_object_or_404(Invitation, pk=pk)

    link_actions.revoke_invitation(invitation, by=request.user)

    flash.success(request, "invitation_revoked", invitation=invitation)
    return redirect("users:invitations")
