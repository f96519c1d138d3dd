"""Rooms created at the same moment; on PostgreSQL no request waits for another's transaction."""

import pytest

from rooms.models import Room
from users.tests.test_names_at_once import at_once


@pytest.mark.django_db(transaction=True)
def test_names_that_share_an_address_are_all_made_and_get_addresses_of_their_own(
    client_of, ana, bruno, eve
):
    clients = [client_of(user) for user in (ana, bruno, eve)]
    for n in range(10):
        names = [f"c{n}#", f"c{n}+", f"c{n}!"]
        answers = at_once(
            *(
                lambda client=client, name=name: client.post("/rooms/", {"name": name})
                for client, name in zip(clients, names, strict=True)
            )
        )
        assert [answer.status_code for answer in answers] == [302] * 3
        rooms = Room.objects.filter(name__in=names)
        assert {room.slug for room in rooms} == {f"c{n}", f"c{n}-2", f"c{n}-3"}
