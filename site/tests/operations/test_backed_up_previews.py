"""A backup holds the previews of links with their pictures; a restored site fetches nothing."""

import io

import pytest
from django.utils import timezone

from files.models import Blob
from files.pictures import draw_preview
from files.tests.makers import jpeg
from messaging.message.actions import post_message
from messaging.models import FetchedLink, Message, Preview
from messaging.previews.actions import remove_preview, show_preview
from messaging.previews.answers import keep_answer
from messaging.previews.fetching import Found
from messaging.previews.tests.conftest import preview_of
from rooms.models import Room
from tertulia.data.backup import write_backup
from tertulia.data.restore import read_backup
from users.actions import save_workspace
from users.models import User, Workspace

from .test_backed_up_files import empty, no_snapshot  # noqa: F401

pytestmark = pytest.mark.django_db(transaction=True)
URL = "https://bread.example/"


@pytest.fixture
def card(ana, lobby, bruno):
    """What a message of Bruno shows of its link; another has a preview that was removed."""
    save_workspace(by=ana, link_previews=True)
    found = Found("Bread", "Flour.", "The Bakery", draw_preview(io.BytesIO(jpeg())))
    answer = keep_answer(URL, found)
    for number in range(2):
        message = post_message(lobby, bruno, f"{URL}#{number}", f"n{number}")
        assert show_preview(message, answer)
    remove_preview(message, bruno)
    return preview_of(lobby.messages.first())


@pytest.mark.parametrize("with_files", [True, False])
def test_a_preview_is_restored_with_its_picture(card, client_of, with_files):
    backup = io.BytesIO()
    write_backup(backup, with_files=with_files)
    empty()
    FetchedLink.objects.all().delete()
    backup.seek(0)
    read_backup(backup)
    shown, removed = Message.objects.order_by("position")
    assert (preview_of(shown), preview_of(removed)) == (card, None)
    assert Preview.objects.get(message=removed).is_removed
    address = f"/messages/{shown.pk}/preview/{card['picture']['key']}.webp"
    response = client_of(User.objects.get(username="bruno")).get(address)
    assert response.status_code == (200 if with_files else 404)
    assert not FetchedLink.objects.exists()
    assert not Blob.objects.orphans(before=timezone.now()).exists()
    assert Workspace.current().link_previews and Room.objects.get().link_previews is None
