"""What a message answers: a reply names its author and shows an excerpt."""
