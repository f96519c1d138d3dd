"""Invitations and login links: secret URLs."""
