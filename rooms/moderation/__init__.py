"""Mutes, bans and slow mode: what moderators do about people."""
