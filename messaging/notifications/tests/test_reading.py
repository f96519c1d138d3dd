"""A mail contains nothing that was read already, in whatever way."""

import pytest

from core.threads import in_database
from messaging.live.tests.test_read_positions import read, shown_in_the_frame
from messaging.notifications.tests.test_email import look, mail_server, pass_time  # noqa: F401
from rooms.models import Presence


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_read", [True, False])
async def test_what_was_read_in_the_live_frame_is_not_told(
    awake, client_of, lobby, ana, bruno, is_read
):
    connection = await shown_in_the_frame(client_of, bruno, ana, lobby)
    if is_read:
        await read(connection, bruno)
    await connection.close()
    await awake.stop()  # so that it says no more that Bruno is here
    await in_database(Presence.objects.all().delete)()
    await in_database(pass_time)()
    assert len(await in_database(look)()) == (0 if is_read else 1)
