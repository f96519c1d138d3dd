"""One's own access tokens: listed, made and revoked."""

from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from core import flash
from users.login.recent_login import recent_login_required
from users.models import Token
from users.tokens.actions import revoke_token

from .pages import answer_tokens


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@recent_login_required
def tokens(request):
    return answer_tokens(request, request.user)


@require_POST
def revoke(request, pk):
    tokens = Token.objects.held_by(request.user).select_related("user")
    token = get_object_or_404(tokens, pk=pk)

    revoke_token(token, by=request.user)

    flash.success(request, "token_revoked", token=token)
    if token.user.is_bot:
        return redirect("rooms:bot_tokens", token.user_id)
    return redirect("rooms:tokens")
