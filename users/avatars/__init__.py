"""Avatars: the picture of a person, small, drawn by ourselves and kept in the database.

`users/_avatar.html` shows it, or the initial. Its address holds the key of its bytes, so a new
picture has a new address, and no cache shows the old one.
"""
