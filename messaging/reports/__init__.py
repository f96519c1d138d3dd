"""Report a message, and what moderators decide about it."""
