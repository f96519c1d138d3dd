"""The list of rooms on open pages: which rooms it has, and their numbers of news and calls."""
