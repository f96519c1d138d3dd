"""What the pages of webhooks show."""

from rooms.models import Membership, Room
from users.models import User

from .errors import sentence_of
from .models import Event, OutgoingWebhook
from .pending import rooms_of

ATTEMPTS_SHOWN = 100


def bots_of(user):
    """Return the bots whose webhooks `user` may manage, with their owners."""
    return User.objects.bots_of(user).select_related("owner")


def webhooks_of(user):
    """Return the webhooks that `user` may manage."""
    return OutgoingWebhook.objects.visible_to(user).select_related("bot__owner")


def rooms_to_choose(bot, user):
    """Return {id: title} of the rooms of `bot`, as it sees them. An administrator who is not its
    owner gets only those that they can see too."""
    rooms = rooms_of(bot).filter(archived_at=None)
    if bot.owner_id != user.pk:
        rooms = rooms.filter(pk__in=Room.objects.visible_to(user))
    titles = Membership.objects.titles(bot, rooms)
    return dict(sorted(titles.items(), key=lambda item: item[1].casefold()))


def show(webhooks, user):
    """Add what a page shows of these webhooks: `rooms_shown` (titles), `others` (how many rooms the
    user does not see), and `event_labels`."""
    for webhook in webhooks:
        titles = rooms_to_choose(webhook.bot, user)
        followed = set(webhook.cursors.values_list("room", flat=True))
        webhook.rooms_shown = [title for pk, title in titles.items() if pk in followed]
        webhook.others = len(followed) - len(webhook.rooms_shown)
        wanted = webhook.events.split()
        webhook.event_labels = [event.label for event in Event if event in wanted]
    return webhooks


def last_attempts(webhook, user):
    """Return the last attempts, each with `sentence` and the `title` of its room."""
    attempts = list(webhook.log.select_related("room")[:ATTEMPTS_SHOWN])
    titles = rooms_to_choose(webhook.bot, user)
    for attempt in attempts:
        attempt.sentence = sentence_of(attempt)
        attempt.title = titles.get(attempt.room_id, "")
    return attempts
