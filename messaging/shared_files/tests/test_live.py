"""Changes of a message's files that arrive in other people's open pages."""

import re

import pytest

from core.threads import in_database

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def change(client_of, bruno):
    """Return a function that posts the form of a message's files as Bruno."""
    return in_database(
        lambda message, **fields: client_of(bruno).post(f"/messages/{message.pk}/files/", fields)
    )


async def test_a_removed_file_leaves_open_pages(arrive, change, share, lobby, ana, bruno):
    message = await in_database(share)(lobby, bruno, "a.txt", "b.txt", body="Two")
    gone, stays = message.files
    readers = [await arrive(person, lobby) for person in (ana, bruno)]
    for reader in readers:
        await reader.until(lambda page: gone.key in "".join(page.log))
    await change(message, **{f"remove:{message.pk}:{gone.id}": "Remove"})
    for reader in readers:
        await reader.until(lambda page: gone.key not in "".join(page.log))
        assert stays.address in "".join(reader.page.log)
        assert reader.page.positions == [message.position]


async def test_a_new_description_arrives_in_open_pages(arrive, change, share, lobby, ana, bruno):
    message = await in_database(share)(lobby, bruno, "a.jpg", body="One")
    reader = await arrive(ana, lobby)
    await change(message, **{f"alt-{message.files[0].id}": "A cat"})
    await reader.until(lambda page: 'alt="A cat"' in "".join(page.log))


async def test_after_a_removal_the_page_has_the_files_that_were_pushed(
    arrive, change, share, client_of, lobby, bruno
):
    message = await in_database(share)(lobby, bruno, "a.txt", "b.jpg", body="Two")
    gone = message.files[0]
    author = await arrive(bruno, lobby)
    await change(message, **{f"remove:{message.pk}:{gone.id}": "Remove"})
    await author.until(lambda page: gone.key not in "".join(page.log))
    response = await in_database(lambda: client_of(bruno).get(lobby.get_absolute_url()))()
    [files] = re.findall(r'<ul class="files">.*?</ul>', author.page.log[0], re.DOTALL)
    assert response.content.decode().count(files) == 1
