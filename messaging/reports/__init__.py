"""Report messages, and let moderators resolve the reports."""
