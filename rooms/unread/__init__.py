"""What is unread in a room: the number of new messages, and of those that call the member."""
