"""What was fetched is kept as long as a message shows it, and not longer."""

from datetime import timedelta

import pytest
from django.utils import timezone

from files.models import Blob
from files.tasks import forget_orphans
from files.tests.makers import jpeg
from messaging.message.actions import delete_message, edit_message
from messaging.models import FetchedLink, Preview
from messaging.previews.actions import remove_preview
from messaging.previews.answers import ANSWERS_KEPT, UNUSED_KEPT
from messaging.previews.tasks import forget_answers
from rooms.actions import delete_room
from tertulia.background.tasks import SCHEDULE
from tests.outside import Reply

from .conftest import page

HEAD = '<meta property="og:image" content="/crust.jpg">'


@pytest.fixture
def site(outside):
    def answer(asked):
        is_picture = asked.path == "/crust.jpg"
        return Reply(200, jpeg(), {"Content-Type": "image/jpeg"}) if is_picture else page(head=HEAD)

    return outside.site("bread.example", answer=answer)


@pytest.fixture
def message(shown, site, lobby, bruno):
    shown(f"{site.url}/", lobby, bruno)
    return lobby.messages.get()


def sweep(after=UNUSED_KEPT):
    """Run the tasks that forget, as they are some time later."""
    FetchedLink.objects.update(fetched_at=timezone.now() - after)
    forget_answers.call()
    forget_orphans.call()
    return FetchedLink.objects.count(), Blob.objects.count()


def test_what_a_message_shows_is_kept_and_its_answer_for_a_day(message):
    assert sweep() == (1, 1)
    assert sweep(ANSWERS_KEPT) == (0, 1)
    assert Preview.objects.get().picture


@pytest.mark.parametrize(
    "end",
    [
        lambda message, ana: delete_message(message, ana),
        lambda message, ana: remove_preview(message, ana),
        lambda message, ana: edit_message(message, "nothing"),
        lambda message, ana: edit_message(message, "https://other.example/"),
        lambda message, ana: delete_room(message.room, ana),
    ],
    ids=["deleted", "removed", "edited", "another link", "room deleted"],
)
def test_what_no_message_shows_any_more_goes_within_a_minute(message, ana, end):
    end(message, ana)
    assert sweep() == (0, 0)
    tasks = ("messaging.previews.tasks.forget_answers", "files.tasks.forget_orphans")
    waits = UNUSED_KEPT.seconds, *(SCHEDULE[task] for task in tasks)
    assert waits[1] + waits[2] < 60


def test_what_another_message_shows_stays(message, shown, site, lobby, ana, client_of):
    shown(f"{site.url}/#again")
    other = lobby.messages.last()
    delete_message(message)
    assert sweep() == (1, 1)
    address = f"/messages/{other.pk}/preview/{other.extras['preview']['picture']['key']}.webp"
    assert client_of(ana).get(address).status_code == 200
    assert (
        client_of(ana).get(address.replace(f"/{other.pk}/", f"/{message.pk}/")).status_code == 404
    )


def test_an_answer_that_just_came_waits_for_its_message(message):
    delete_message(message)
    FetchedLink.objects.update(fetched_at=timezone.now())
    forget_answers.call()
    assert FetchedLink.objects.exists()


def test_a_failure_is_forgotten_after_a_day_and_has_no_address(shown, site):
    site.answer = Reply(404)
    shown(f"{site.url}/secret")
    failure = FetchedLink.objects.get()
    assert (failure.url, failure.title) == ("", "")
    assert sweep(ANSWERS_KEPT - timedelta(hours=1)) == (1, 0)
    assert sweep(ANSWERS_KEPT) == (0, 0)


def test_without_room_for_its_picture_a_card_is_shown_all_the_same(shown, site, settings):
    settings.FILES_QUOTA = 10
    assert shown(f"{site.url}/") == {"url": f"{site.url}/", "title": "Bread"}
    assert not Blob.objects.exists()


def test_without_a_store_too(shown, site, settings, tmp_path):
    (tmp_path / "taken").write_bytes(b"a file, not a folder")
    settings.FILES_FOLDER = tmp_path / "taken"
    assert shown(f"{site.url}/") == {"url": f"{site.url}/", "title": "Bread"}
