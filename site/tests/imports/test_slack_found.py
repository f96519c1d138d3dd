"""What came from Slack by the command is found, private, and not doubled."""

import pytest
from django.core.management import call_command

from messaging.models import Message
from messaging.search.index import holding, terms_of
from rooms.models import Room
from users.models import User

from .slack_archive import write_archive

pytestmark = pytest.mark.django_db


@pytest.fixture
def slack(tmp_path):
    write_archive(tmp_path / "slack.zip")
    return str(tmp_path / "slack.zip")


def test_slack_twice_is_once(ana, slack):  # 53
    call_command("import", "slack", slack, "--direct")
    before = list(Message.objects.values_list("pk", "body"))
    call_command("import", "slack", slack, "--direct")
    assert list(Message.objects.values_list("pk", "body")) == before
    for room in Room.objects.all():
        positions = room.messages.order_by("position").values_list("position", flat=True)
        assert list(positions) == list(range(1, room.last_position + 1))


def test_its_mentions_are_those_of_people_as_they_are_called_here(ana, bruno, slack):
    call_command("import", "slack", slack)
    greeting = Message.objects.get(body__startswith="Hi @")
    named = User.objects.get(username="bruno-2")
    assert greeting.body.startswith("Hi @bruno-2, <b> @here")
    assert f'data-mention="{named.pk}"' in greeting.body_html
    assert greeting.mentions.count() == 0


def test_search_finds_what_was_imported(ana, slack):
    call_command("import", "slack", slack)
    found = holding(Message.objects.visible_to(ana), terms_of("stranger"))
    assert [message.body for message in found] == ["of a stranger"]


def test_private_channels_are_private_and_tokens_of_addresses_nowhere(ana, bruno, slack):
    call_command("import", "slack", slack, "--direct", "--files")
    assert set(Room.objects.visible_to(bruno).values_list("kind", flat=True)) == {"open"}
    assert not Message.objects.filter(body__contains="xoxe-").exists()
