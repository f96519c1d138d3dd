"""Earlier texts of edited messages, kept for a while for moderators of reported ones."""
