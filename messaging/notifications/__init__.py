"""Tell people who are away what they missed."""
