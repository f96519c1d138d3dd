"""Reactions: emoji with which people answer a message without a message."""
