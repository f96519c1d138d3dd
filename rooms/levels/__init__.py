"""What a member wants to be notified of in a room, by each way to notify them."""
