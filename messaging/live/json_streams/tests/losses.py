"""The ways in which a bot in the Den loses access to it."""

from rooms.actions import delete_room, end_membership
from rooms.models import TokenRoom
from rooms.moderation.actions import ban_person
from users.access.revision import narrow_access
from users.actions import deactivate
from users.bots.actions import retire_bot
from users.models import Token
from users.tokens.actions import revoke_token


def limit(robot, lobby):
    """Limit the tokens of the bot to another room."""
    tokens = Token.objects.filter(user=robot)
    tokens.update(is_limited_to_rooms=True)
    TokenRoom.objects.bulk_create(TokenRoom(token=token, room=lobby) for token in tokens)
    narrow_access([robot.pk])


LOSSES = {
    "removed": lambda robot, den, lobby, ana: end_membership(den.membership_of(robot), by=ana),
    "banned": lambda robot, den, lobby, ana: ban_person(den, robot, ana),
    "retired": lambda robot, den, lobby, ana: retire_bot(robot),
    "owner deactivated": lambda robot, den, lobby, ana: deactivate(robot.owner),
    "owner removed": lambda robot, den, lobby, ana: end_membership(
        den.membership_of(robot.owner), by=ana
    ),
    "token revoked": lambda robot, den, lobby, ana: revoke_token(robot.tokens.get()),
    "token limited": lambda robot, den, lobby, ana: limit(robot, lobby),
    "room deleted": lambda robot, den, lobby, ana: delete_room(den, by=ana),
}
