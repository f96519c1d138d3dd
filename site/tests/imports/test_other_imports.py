"""Discord, Campfire and IRC, from the file to what is stored and drawn."""

import io

import pytest
from django.core.management import CommandError, call_command

from messaging.models import Message
from rooms.models import Membership, Room
from tertulia.imports import campfire, discord, irc
from tertulia.imports.records import Options
from tertulia.imports.writer import run
from tertulia.imports.writer.choices import Choices
from users.models import User

from . import campfire_database, discord_archive
from .test_irc_reader import FORMS

pytestmark = pytest.mark.django_db
ALL = Choices(direct=True, files=True)


def write_logs(folder):
    (folder / "#tea").mkdir(parents=True)
    (folder / "#tea" / "2024-03-01.log").write_text(FORMS["libera/#tea/2024-03-01.log"])
    return folder


SOURCES = {
    "discord": (discord, lambda folder: discord_archive.write_archive(folder / "e.zip")),
    "campfire": (campfire, lambda folder: campfire_database.write_storage(folder / "storage")),
    "irc": (irc, lambda folder: write_logs(folder / "logs")),
}


@pytest.fixture
def bring(ana, tmp_path):
    """Return a function that imports a source and returns (name, position, body) of all."""
    written = {}

    def imported(source):
        module, write = SOURCES[source]
        path = written.setdefault(source, None) or write(tmp_path)
        written[source] = path
        run.run_import(module.open_reader(path, Options()), ALL, ana, path.name, {})
        rows = Message.objects.order_by("room__name", "room__pk", "position")
        return list(rows.values_list("room__name", "position", "body"))

    return imported


@pytest.mark.parametrize("source", SOURCES)
def test_twice_is_once(bring, source):
    first = bring(source)
    assert len(first) >= 4 and bring(source) == first


@pytest.mark.parametrize("source", SOURCES)
def test_positions_have_no_gaps_and_nothing_is_unread(bring, source):
    bring(source)
    for room in Room.objects.filter(messages__isnull=False).distinct():
        positions = list(room.messages.order_by("position").values_list("position", flat=True))
        assert positions == list(range(1, len(positions) + 1))
    unread = [each for each in Membership.objects.with_unread() if each.unread]
    assert unread == []


def test_threads_of_discord_are_replies(bring):  # 59
    bring("discord")
    room = Room.objects.get(name="general")
    one = room.messages.get(body="One")
    assert one.reply_to.body == "A thread begins here"
    assert room.messages.get(body="Two").reply_to == one
    assert room.kind == Room.Kind.CLOSED


def test_no_address_of_campfire_is_stored(bring):  # 54
    bring("campfire")
    assert not User.objects.filter(email="bruno@example.com").exists()
    assert User.objects.get(is_imported=True, username__istartswith="bruno").is_active is False


def test_actions_of_irc_are_actions(bring):
    bring("irc")
    assert [each.body for each in Message.objects.all() if each.is_action] == ["/me waves"]
    text = Message.objects.get(body=" /topic no")
    assert text.body_html == "<p>/topic no</p>"


def test_the_zone_of_logs_can_be_named(ana, tmp_path):
    folder = write_logs(tmp_path / "logs")
    call_command("import", "irc", folder, "--zone", "America/Sao_Paulo", stdout=io.StringIO())
    assert Message.objects.earliest("position").created_at.hour == 13


def test_a_zone_that_does_not_exist_is_refused(ana, tmp_path):
    with pytest.raises(CommandError, match="time zone"):
        call_command("import", "irc", write_logs(tmp_path / "logs"), "--zone", "Mars/Olympus")
    assert not Message.objects.exists()


@pytest.mark.parametrize("source", SOURCES)
def test_a_random_file_ends_in_one_sentence(ana, tmp_path, source):
    path = tmp_path / "x"
    path.write_bytes(bytes(range(256)) * 40)
    with pytest.raises(CommandError, match="Nothing was imported"):
        call_command("import", source, path)
