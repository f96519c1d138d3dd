"""Stored files: what they are, where their bytes are, and how they are sent. Knows no person."""
