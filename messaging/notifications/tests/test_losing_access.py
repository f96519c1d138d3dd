"""A mail contains nothing that its user cannot see any more, whenever they lost access."""

import pytest

from messaging.notifications import missed
from messaging.notifications.tests.test_email import look, mail_server, pass_time  # noqa: F401
from rooms.actions import end_membership
from users.actions import deactivate


@pytest.mark.parametrize("lose_access", ["remove", "deactivate"])
def test_what_was_read_for_a_mail_before_access_was_lost_is_not_sent_after(
    den, ana, bruno, say, monkeypatch, lose_access
):
    read = missed._room_news

    def lose_it_meanwhile(*arguments):
        if lose_access == "remove":
            end_membership(den.membership_of(bruno))
        else:
            deactivate(bruno)
        return read(*arguments)

    say(den, ana, "@bruno, the kettle is on")
    pass_time()
    monkeypatch.setattr(missed, "_room_news", lose_it_meanwhile)
    assert look() == []
