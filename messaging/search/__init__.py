"""Find messages by their words, with the database's own index."""
