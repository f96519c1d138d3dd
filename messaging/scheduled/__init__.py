"""Scheduled messages: written now, and posted for their author at a later time."""
