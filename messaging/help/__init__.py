"""Help: how to format messages, mention people, search, and read without scripts."""
