"""The page of imports says how far they are, and how to begin one."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tertulia.imports.models import Import
from tertulia.imports.readers import READERS
from tertulia.imports.shown import SOURCES
from tertulia.imports.writer import lease

from .records import GENERAL, bring, said

pytestmark = pytest.mark.django_db


@pytest.fixture
def shown(ana, client_of, page):
    """Return a function that returns the page of imports as Ana sees it."""
    return lambda: page(client_of(ana).get("/system/imports/")).main


def test_without_imports_it_says_how_to_begin_one(shown):
    assert shown().select_one(".nothing").text.strip() == "Nothing has been imported yet."
    commands = [code.text for code in shown().select("pre code")]
    assert commands == [command for _title, _what, command in SOURCES]
    assert {line.split()[3] for line in commands} == set(READERS)


def test_a_past_import_shows_what_came_and_what_did_not(ana, shown):
    bring({GENERAL: [said(1), said(2, body="")]}, ana)
    entry = shown().select_one(".import")
    counts = [" ".join(line.text.split()) for line in entry.select(".counts li")]
    assert "1 messages" in counts and "1 messages with nothing in them" in counts
    assert "test.zip" in entry.text and entry.select(".badge")[0].text == "slack"


def test_a_running_one_says_so_and_a_killed_one_can_go_on(ana, shown):
    run = lease.begin("slack", "a.zip", ana, {})
    assert [badge.text for badge in shown().select(".import .badge")] == ["slack", "running"]
    old = timezone.now() - timedelta(seconds=lease.LEASE_SECONDS + 1)
    Import.objects.filter(pk=run.pk).update(told_at=old)
    assert "Run the same command again to go on." in shown().select_one(".import").text


def test_a_name_of_a_file_is_text(ana, shown):
    bring({GENERAL: []}, ana)
    Import.objects.update(name="<b>x\u202e.zip")
    assert shown().select_one(".import bdi").text == "<b>x\u202e.zip"


def test_it_is_for_administrators_only(bruno, client_of, client):
    assert client_of(bruno).get("/system/imports/").status_code == 403
    assert client.get("/system/imports/").status_code == 302


def test_the_page_is_read_with_few_queries(ana, client_of, django_assert_max_num_queries):
    for number in range(30):
        Import.objects.create(source="slack", name=str(number), started_by=ana)
    client = client_of(ana)
    with django_assert_max_num_queries(12):
        client.get("/system/imports/")
