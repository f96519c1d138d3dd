"""Creating and revoking invitations, if the workspace lets the user invite people."""

from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from core import flash, throttling
from core.views import require, sent, status_of

from ..links import actions
from ..links.forms import InvitationForm
from ..models import Invitation


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitations(request):
    require(request.workspace.lets_invite(request.user))
    form = InvitationForm(request.user, sent(request))
    if form.is_valid() and throttling.allow(form, "invitation", request.user, field="note"):
        _invitation, token = actions.create_invitation(request.user, **form.cleaned_data)
        # Only this response can show the address, because only a hash of the token is stored.
        address = request.build_absolute_uri(reverse("users:invited_signup", args=[token]))
        page = page_of(request, InvitationForm(request.user), address)
        return render(request, "users/invitations.html", page)

    page = page_of(request, form)
    response = render(request, "users/invitations.html", page, status=status_of(form))
    return throttling.answer(form, response)


def page_of(request, form, address=None):
    usable = Invitation.objects.usable().for_list(request.user)
    return {"form": form, "address": address, "invitations": usable}


@require_POST
def revoke(request, pk):
    require(request.workspace.lets_invite(request.user))
    invitation = get_object_or_404(Invitation.objects.for_list(request.user), pk=pk)

    actions.revoke_invitation(invitation, by=request.user)

    flash.success(request, "invitation_revoked", invitation=invitation)
    return redirect("users:invitations")
