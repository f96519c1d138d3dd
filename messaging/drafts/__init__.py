"""Drafts: what a member has written in a room and not sent, kept for their other devices."""
