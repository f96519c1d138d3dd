"""The setup page, which creates the workspace, its administrator and a first room."""

from allauth.account.adapter import get_adapter
from django.contrib.auth.decorators import login_not_required
from django.db import IntegrityError, transaction
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from rooms.actions import create_room
from users.actions import set_up_workspace
from users.forms import SetupForm
from users.models import Workspace


@login_not_required
@never_cache
@sensitive_post_parameters("password1", "password2")
@require_http_methods(["GET", "HEAD", "POST"])
def setup(request):
    if Workspace.current() is not None:
        raise Http404

    form = SetupForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            administrator, room = set_up(**form.workspace_and_administrator())
        except IntegrityError:  # another request has just created the workspace
            raise Http404 from None
        get_adapter(request).login(request, administrator)
        return redirect(room)

    return render(request, "users/setup.html", {"form": form}, status=422 if form.is_bound else 200)


@transaction.atomic
def set_up(**workspace):
    """Create the workspace, its administrator and a room that every new user joins.

    Take the arguments of `set_up_workspace` and return (administrator, room). Raise IntegrityError
    if there is a workspace already.
    """
    administrator = set_up_workspace(**workspace)
    with translation.override(workspace.get("language", "en")):
        room = create_room(administrator, _("Lobby"))
    room.joins_newcomers = True
    room.save(update_fields=["joins_newcomers"])
    return administrator, room
