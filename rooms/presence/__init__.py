"""Presence: who has a room open now. Each connection holds a lease that expires."""
