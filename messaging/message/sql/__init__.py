"""The statements that run with every post."""
