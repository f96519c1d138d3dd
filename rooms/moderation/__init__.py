"""Moderation of rooms: mutes, bans and slow mode."""
