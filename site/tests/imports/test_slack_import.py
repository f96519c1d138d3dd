"""An export of Slack, from the file to what is stored and drawn."""

import pytest

from messaging.models import Message
from rooms.models import Membership, Room
from tertulia.imports import mattermost, reasons, slack
from tertulia.imports.records import Options
from tertulia.imports.writer import run
from tertulia.imports.writer.choices import Choices
from users.models import User

from . import mattermost_archive, slack_archive
from .slack_messages import ROOT, TOKEN

pytestmark = pytest.mark.django_db
ALL = Choices(direct=True, files=True)


def bring(module, path, by, choices=ALL):
    return run.run_import(module.open_reader(path, Options()), choices, by, path.name, {})


@pytest.fixture
def export(tmp_path):
    return slack_archive.write_archive(tmp_path / "export.zip")


@pytest.fixture
def imported(ana, export):
    return bring(slack, export, ana)


def message(words, room="general"):
    return Room.objects.get(name=room).messages.get(body__startswith=words)


def snapshot():
    rows = Message.objects.order_by("room__name", "position")
    fields = ("room__name", "position", "author__username", "body", "created_at", "reply_to__body")
    return list(rows.values_list(*fields))


@pytest.mark.parametrize(
    ("words", "html"),
    [
        ("Hi @", 'href="/people/bruno/"'),
        ("Hi @", ", &lt;b&gt; <span"),
        ("Hi @", ">@here</span> 🎉"),
        ("to all", ">@room</span>"),
        ("second **", "<strong>in</strong>"),
        ("/me waves", "waves"),
        (" /me too", "<p>/me too, as text</p>"),
    ],
)
def test_texts_are_drawn_as_they_were_meant(imported, words, html):
    assert html in message(words).body_html


def test_what_people_do_is_an_action(imported):
    assert message("/me waves").is_action and message("/me started a huddle").is_action
    assert not message(" /me too").is_action


def test_links_and_channels_are_links(imported):
    assert '<a href="https://example.com/a?b=1&amp;c=2"' in message("see", "called-by-id").body_html
    assert 'href="/rooms/general/"' in message("#general", "diseño").body_html


def test_replies_are_replies(imported):
    assert message("reply of the next day").reply_to == message("Hi @")
    assert message("first reply to what").reply_to.deleted_at is not None


def test_kinds_and_members(imported):
    kinds = dict(Room.objects.exclude(kind="direct").values_list("name", "kind"))
    assert kinds["general"] == "open" and kinds["secret"] == kinds["flagged"] == "closed"
    assert Room.objects.get(name="diseño").is_archived
    direct = Room.objects.filter(kind="direct")
    assert sorted(room.members.count() for room in direct) == [1, 2, 3]


def test_nobody_is_more_than_a_member_and_no_address_is_stored(imported):  # 54
    people = User.objects.filter(is_imported=True)
    assert people.count() > 8 and not people.filter(is_administrator=True).exists()
    assert set(people.values_list("email", "is_active")) == {("", False)}


def test_nothing_is_unread(imported):  # 57
    rows = Membership.objects.select_related("room")
    assert rows and all(row.last_read_position == row.room.last_position for row in rows)


def test_positions_have_no_gaps(imported):
    for room in Room.objects.all():
        positions = room.messages.order_by("position").values_list("position", flat=True)
        assert list(positions) == list(range(1, room.last_position + 1))


def test_reactions_pins_and_files_come_along(imported):
    reacted = message("react", "diseño")
    assert {row.emoji for row in reacted.reactions.all()} >= {"👍", "🛰"}
    assert Room.objects.get(name="general").pins == 1
    assert message("here", "secret").attachments.get().blob.size == len(slack_archive.PICTURE)
    assert "big.bin" in message("not in the archive", "secret").body


def test_no_token_is_stored(imported):
    assert not Message.objects.filter(body__contains=TOKEN).exists()


def test_slack_twice_is_once(ana, export, imported):  # 53
    before = snapshot()
    again = bring(slack, export, ana)
    assert snapshot() == before and again.done.keys() == {reasons.HERE}


@pytest.mark.parametrize("batches", [1, 4, 9])
def test_slack_stopped_in_the_middle_goes_on(ana, export, monkeypatch, batches):  # 53
    store, left = run.store_batch, iter(range(batches))

    def store_some(*arguments):
        if next(left, None) is None:
            raise ZeroDivisionError
        return store(*arguments)

    monkeypatch.setattr(run, "BATCH", 3)
    monkeypatch.setattr(run, "store_batch", store_some)
    with pytest.raises(ZeroDivisionError):
        bring(slack, export, ana)
    monkeypatch.setattr(run, "store_batch", store)
    bring(slack, export, ana)
    stored = Room.objects.get(name="general").messages.order_by("position")
    reader = slack.open_reader(export, Options())
    place = next(place for place in reader.places() if place.key == "C1")
    assert [message.body for message in stored] == [said.body for said in reader.said(place)]


def test_a_later_export_brings_what_is_new(ana, export, tmp_path, imported):
    day = [{"type": "message", "user": "U1", "text": "new", "ts": "1800000000.000000"}]
    day[0]["thread_ts"] = ROOT
    later = slack_archive.write_archive(tmp_path / "later.zip", {"general/2027-01-15.json": day})
    again = bring(slack, later, ana)
    assert again.done["messages"] == 1 and message("new").reply_to == message("Hi @")


def test_mattermost_twice_is_once(ana, tmp_path):
    path = mattermost_archive.write_archive(tmp_path / "export.zip")
    first = bring(mattermost, path, ana)
    before = snapshot()
    again = bring(mattermost, path, ana)
    assert first.done["messages"] and snapshot() == before and again.done.keys() == {reasons.HERE}
