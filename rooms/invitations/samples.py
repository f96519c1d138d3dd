"""The page on which people are invited to a room."""

from core.sample import Sample
from users.links.forms import LimitsForm

LINK = "https://chat.example.com/invitations/mXk3qY0Zc9Wb2LtR8sVfNdHj5GpQ/"


def samples(cast):
    page = {
        "room": cast.lobby,
        "membership": cast.owner,
        "form": LimitsForm(cast.ana),
        "address": None,
        "room_address": "https://chat.example.com/rooms/lobby/",
        "invitations": cast.invitations,
        "may_invite": True,
    }
    yield Sample("rooms/invitations/invite.html", "some", page, reader=cast.ana)
    yield Sample(
        "rooms/invitations/invite.html", "a new one", page | {"address": LINK}, reader=cast.ana
    )
    private = page | {"room": cast.den, "may_invite": False, "invitations": []}
    yield Sample("rooms/invitations/invite.html", "a private room", private, reader=cast.bruno)
