"""Import all models of messaging for Django; each is defined in its own package."""

from .drafts.models import Draft as Draft
from .later.models import Saved as Saved
from .mentions.models import Mention as Mention
from .message.models import Message as Message
from .notifications.models import NotificationClaim as NotificationClaim
from .notifications.models import NotifiedMention as NotifiedMention
from .notifications.models import NotifiedRoom as NotifiedRoom
from .pins.models import Pin as Pin
from .reactions.models import Reaction as Reaction
from .reports.models import Report as Report
from .scheduled.models import Scheduled as Scheduled
from .versions.models import Version as Version
