"""Messages with files that arrive in open pages."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from core.threads import in_database
from messaging.message.actions import delete_message
from messaging.message.models import Message

from .sent import picture

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def upload(client_of, bruno, lobby):
    """Return a function that sends files of these names from the composer."""

    @in_database
    def sent(*names, body="See", author=bruno):
        files = [SimpleUploadedFile(name, b"hello") for name in names]
        fields = {"body": body, "nonce": "n", "files": files}
        return client_of(author).post(f"/rooms/{lobby.slug}/messages/", fields).status_code

    return sent


@pytest.mark.parametrize("body", ["See", "", "<b>&amp;'\""])
async def test_the_push_is_byte_for_byte_the_fragment_of_a_page_with_all_controls(
    arrive, client_of, upload, lobby, ana, body
):
    author = await arrive(ana, lobby)
    assert await upload("a.txt", "<i>día & noche'.txt", body=body, author=ana) == 303
    await in_database(lambda: picture(lobby, ana))()
    await author.until(lambda page: len(page.shown) == 2)
    response = await in_database(lambda: client_of(ana).get(lobby.get_absolute_url()))()
    html = response.content.decode()
    assert [html.count(pushed) for pushed in author.page.log] == [1, 1]
    assert [pushed.count('class="files"') for pushed in author.page.log] == [1, 1]


async def test_others_get_the_same_files_in_the_push_and_in_the_page(
    arrive, client_of, upload, lobby, ana
):
    reader = await arrive(ana, lobby)
    await upload("a.txt", "b.txt")
    await reader.until(lambda page: page.shown)
    response = await in_database(lambda: client_of(ana).get(lobby.get_absolute_url()))()
    [files] = re.findall(r'<ul class="files">.*?</ul>', reader.page.log[0], re.DOTALL)
    assert response.content.decode().count(files) == 1


async def test_who_was_away_gets_the_same_fragment(arrive, upload, lobby, ana):
    there = await arrive(ana, lobby)
    await upload("a.txt")
    await there.until(lambda page: page.shown)
    late = await arrive(ana, lobby)
    await late.until(lambda page: page.shown)
    assert late.page.log == there.page.log


async def test_the_files_of_a_deleted_message_leave_open_pages(arrive, upload, lobby, ana):
    reader = await arrive(ana, lobby)
    await upload("a.txt")
    await reader.until(lambda page: "a.txt" in "".join(page.log))
    await in_database(lambda: delete_message(Message.objects.select_related("room").get()))()
    await reader.until(lambda page: "a.txt" not in "".join(page.log))
    assert "/files/" not in "".join(reader.page.log)
