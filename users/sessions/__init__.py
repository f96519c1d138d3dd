"""Sessions: their rows, their encrypted store, and who is behind a socket."""
