"""Lists of sent files, of a room and of a person, and what their senders do with them later."""
