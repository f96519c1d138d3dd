"""Access tokens, with which programs act as a person or as a bot. Only their hashes are stored."""
