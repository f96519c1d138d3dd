"""Emoji: their table, with names and codes, and the form field of one emoji."""
