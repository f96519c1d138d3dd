"""Read the environment into Django's settings."""
