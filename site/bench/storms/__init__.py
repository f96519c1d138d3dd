"""Measures a thousand people at once: who come back after a restart, and who open a page."""

PEOPLE = 1_000
