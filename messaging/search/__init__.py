"""Full-text search of messages, with the index of the database."""
