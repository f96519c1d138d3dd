"""The user's own profile and password."""

from datetime import datetime, timedelta

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.db import IntegrityError
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from core import flash
from core.views import changes_of, sent, status_of

from .. import actions
from ..avatars.forms import AvatarForm
from ..forms import ProfileForm
from ..login.forms import SetPasswordForm
from ..models import User
from ..status.forms import StatusForm

# After a login link, the session holds (user id, until when they may choose a password). This lasts
# as long as a login counts as recent (login/recent_login.py).
NEW_PASSWORD_UNTIL = "new_password_until"
NEW_PASSWORD_LIFE = timedelta(seconds=settings.ACCOUNT_REAUTHENTICATION_TIMEOUT)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request):
    person = User.objects.get(pk=request.user.pk)
    form = ProfileForm(sent(request), instance=person)
    if form.is_valid():
        try:
            actions.save_profile(person, by=request.user, **changes_of(form))
        except IntegrityError:  # somebody else took the name at the same time
            form.full_clean()
        else:
            flash.success(request, "profile_saved")
            return redirect("users:profile")

    return show_profile(request, form)


def show_profile(request, form=None, avatar_form=None, status_form=None):
    """Return the page of the profile with these forms; 422 if one of them was rejected."""
    form = form or ProfileForm(instance=User.objects.get(pk=request.user.pk))
    page = {
        "form": form,
        "status_form": status_form or StatusForm(person=request.user),
        "avatar_form": avatar_form or AvatarForm(),
    }
    status = max(status_of(each) for each in page.values())
    return render(request, "users/profile.html", page, status=status)


def allow_new_password(request, user):
    """Allow `user` to set a password without the old one in this session, for a limited time."""
    until = timezone.now() + NEW_PASSWORD_LIFE
    request.session[NEW_PASSWORD_UNTIL] = [user.pk, until.isoformat()]


def can_choose_password(request):
    user_id, until = request.session.get(NEW_PASSWORD_UNTIL, (None, ""))
    return user_id == request.user.pk and datetime.fromisoformat(until) > timezone.now()


@never_cache
@sensitive_post_parameters("password1", "password2")
@require_http_methods(["GET", "HEAD", "POST"])
def new_password(request):
    if not can_choose_password(request):
        raise Http404

    form = SetPasswordForm(request.user, sent(request))
    if form.is_valid():
        form.save()
        del request.session[NEW_PASSWORD_UNTIL]
        update_session_auth_hash(request, request.user)
        get_adapter().send_notification_mail("account/email/password_set", request.user)
        flash.success(request, "password_saved")
        return redirect("users:profile")

    return render(request, "users/new_password.html", {"form": form}, status=status_of(form))
