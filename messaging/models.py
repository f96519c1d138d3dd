"""The models of messaging, for Django: each lives in its own package."""

from .mentions.models import Mention as Mention
from .message.models import Message as Message
from .reports.models import Report as Report
