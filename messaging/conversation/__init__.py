"""The page of a room: its history, reading modes, and a printable day."""
