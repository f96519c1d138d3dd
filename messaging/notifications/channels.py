"""The channels that the tasks use: a new one is a file with its Channel, and its name here."""

from .mail import EMAIL

CHANNELS = {channel.name: channel for channel in (EMAIL,)}
