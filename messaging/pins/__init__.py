"""Pinned messages: a few of a room's messages, which its moderators keep in everybody's reach."""
