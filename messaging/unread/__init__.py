"""What is new: the page of all rooms with unread messages, and marking as read and unread."""
