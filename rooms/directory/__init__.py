"""The directory of rooms, and new rooms."""
