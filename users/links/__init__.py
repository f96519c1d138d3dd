"""Secret addresses: invitations and login links."""
