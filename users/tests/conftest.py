import pytest
from django.core import mail

from users.actions import create_invitation

PASSWORD = "correct horse"


@pytest.fixture
def mail_server(settings):
    """A site that sends mail; return what it has sent."""
    settings.EMAIL_URL = "submission://chat%40example.com:secret@mail.example.com"
    settings.ACCOUNT_EMAIL_VERIFICATION = "optional"
    settings.ACCOUNT_EMAIL_NOTIFICATIONS = True
    return mail.outbox


@pytest.fixture
def by_invitation(workspace):
    """A workspace in which nobody signs up unasked."""
    workspace.signup = "invite"
    workspace.save()
    return workspace


@pytest.fixture
def invite(ana):
    """Return a function that makes an invitation and gives its address."""

    def made(**limits):
        _invitation, token = create_invitation(ana, **limits)
        return f"/invitations/{token}/"

    return made


@pytest.fixture
def account():
    """Return a function that gives what somebody new fills in."""

    def filled(username="clara", **changes):
        fields = {
            "username": username,
            "email": f"{username}@example.com",
            "password1": PASSWORD,
            "password2": PASSWORD,
        }
        return fields | changes

    return filled


@pytest.fixture
def errors(page):
    """Return a function that gives {field name: its errors} of a response's form."""

    def found(response):
        fields = page(response).select(".field:has(.field-errors)")
        return {
            field.select_one("[name]")["name"]: [li.text for li in field.select(".field-errors li")]
            for field in fields
        }

    return found
