"""Webhooks: addresses to which programs post, and addresses to which changes are sent."""
