"""Import all admin pages of messaging for Django; each is defined in its own package."""

from .message import admin as message_admin  # noqa: F401 (registers it)
