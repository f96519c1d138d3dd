"""A scheduled message is sent once by several processes, one of which dies, on both databases."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

DUE = """
from django.utils import timezone
from messaging.scheduled.models import Scheduled
Scheduled.objects.update(due_at=timezone.now())
"""
SECONDS = 90  # until another process takes over the tasks of one that died


def test_it_is_sent_once_though_the_process_that_runs_the_tasks_dies(servers, visitor):
    first, second = servers
    ana = visitor("ana", second)
    ana.forgive("409")  # the page also keeps the draft when it is left, but the button was first
    ana.log_in()
    ana.join_or_create("Den")
    ana.is_connected()
    for number in range(2):
        ana.write(f"Message {number}")
        ana.page.get_by_role("button", name="Send later").click()
        ana.page.get_by_role("button", name="Schedule", exact=True).click()
        expect(ana.page.locator(".composer-scheduled")).to_contain_text(f"{number + 1} message")
        ana.is_connected()
    first.python("manage.py", "shell", "--verbosity", "0", input=DUE)
    first.kill()
    expect(ana.bodies).to_have_text(["Message 0", "Message 1"], timeout=SECONDS * 1000)
    ana.page.reload()
    ana.sees("Message 0", "Message 1")
    expect(ana.page.locator(".composer-scheduled")).to_have_count(0)
