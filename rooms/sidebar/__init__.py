"""A person's list of rooms: its groups, favourites, own sections, muted rooms, and finding one."""
