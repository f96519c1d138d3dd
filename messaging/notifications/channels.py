"""The channels that the tasks use. To add one, define a Channel in a file and list it here."""

from .mail import EMAIL

CHANNELS = {channel.name: channel for channel in (EMAIL,)}
