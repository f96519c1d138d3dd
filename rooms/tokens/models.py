"""The rooms to which an access token is limited."""

from django.db import models


class TokenRoom(models.Model):
    """A room in which a token that is limited to rooms works."""

    token = models.ForeignKey("users.Token", on_delete=models.CASCADE, related_name="token_rooms")
    room = models.ForeignKey("rooms.Room", on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token", "room"], name="one_room_a_token")]

    def __str__(self):
        return f"Token {self.token_id} in {self.room_id}"
