"""Titles of rooms, as each of their members sees them."""
