"""Which names people may have, and which look alike."""
