"""The settings of the workspace."""

from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core import flash
from core.views import changes_of, sent, status_of

from .. import actions
from ..forms import WorkspaceForm
from ..models import Workspace
from .access import administrators_only


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@administrators_only
def workspace(request):
    form = WorkspaceForm(sent(request), instance=Workspace.current())
    if form.is_valid():
        actions.save_workspace(by=request.user, **changes_of(form))
        flash.success(request, "workspace_saved")
        return redirect("users:workspace")

    return render(request, "users/workspace.html", {"form": form}, status=status_of(form))
