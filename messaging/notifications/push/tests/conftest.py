"""A push service of the tests' own, and browsers that subscribe there."""

import pytest

from tests.outside import Reply

from .browsers import Browser, run_tasks


@pytest.fixture
def pushes_are_on(settings):
    settings.SITE_URL = "https://chat.example"
    settings.TASKS = {"default": {"BACKEND": "tertulia.background.backend.DatabaseBackend"}}


@pytest.fixture
def service(outside, pushes_are_on):
    """A push service, which takes everything."""
    return outside.site("push.example", answer=Reply(201))


@pytest.fixture
def browser_of(service, client_of):
    """Return a function that logs somebody in and subscribes, at `service` or another."""

    def opened(user, site=None):
        return Browser(user, client_of(user), site or service)

    return opened


@pytest.fixture
def bell(browser_of, bruno, lobby, den):
    """Bruno's browser; he is in both rooms."""
    return browser_of(bruno)


@pytest.fixture
def send():
    """Return the function that runs the tasks."""
    return run_tasks
