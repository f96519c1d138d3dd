"""Incoming webhooks: programs post in a room, in Slack's format, to a secret address.

The address is the only secret, so its path is never logged, and only its hash is stored.
"""
