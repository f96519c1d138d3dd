"""Turns environment variables into Django's settings."""
