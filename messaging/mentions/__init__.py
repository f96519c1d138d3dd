"""Mentions in messages: @username, @here, @room."""
