"""Who is in a room now, as leases of connections."""
