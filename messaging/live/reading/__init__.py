"""What pages report as read."""
