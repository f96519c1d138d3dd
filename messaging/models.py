"""Import all models of messaging for Django; each is defined in its own package."""

from .attachments.models import Attachment as Attachment
from .drafts.models import Draft as Draft
from .later.models import Saved as Saved
from .mentions.models import Mention as Mention
from .message.models import Message as Message
from .notifications.models import NotificationClaim as NotificationClaim
from .notifications.models import NotificationSettings as NotificationSettings
from .notifications.models import NotifiedMention as NotifiedMention
from .notifications.models import NotifiedRoom as NotifiedRoom
from .notifications.push.models import PushSubscription as PushSubscription
from .pins.models import Pin as Pin
from .previews.models import FetchedLink as FetchedLink
from .previews.models import Preview as Preview
from .reactions.models import Reaction as Reaction
from .reports.models import Report as Report
from .scheduled.models import Scheduled as Scheduled
from .versions.models import Version as Version
from .webhooks.incoming.models import IncomingWebhook as IncomingWebhook
from .webhooks.outgoing.models import Attempt as Attempt
from .webhooks.outgoing.models import OutgoingWebhook as OutgoingWebhook
from .webhooks.outgoing.models import WebhookChange as WebhookChange
from .webhooks.outgoing.models import WebhookCursor as WebhookCursor
