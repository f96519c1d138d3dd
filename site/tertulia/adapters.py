"""How allauth fits this product (https://docs.allauth.org/en/latest/account/adapter.html)."""

from allauth.account.adapter import DefaultAccountAdapter

from rooms.actions import join_newcomer_rooms
from users.models import Workspace


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request):
        return request.workspace.signup == Workspace.Signup.OPEN

    def save_user(self, request, user, form, commit=True):
        user = super().save_user(request, user, form, commit)
        join_newcomer_rooms(user)
        return user
