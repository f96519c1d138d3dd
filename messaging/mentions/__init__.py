"""Who is called by which message: @username, @here, @room."""
