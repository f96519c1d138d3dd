"""How far people have read, and marking messages as read and unread."""
