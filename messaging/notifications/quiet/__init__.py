"""When somebody must not be disturbed: their quiet hours, and a pause."""
