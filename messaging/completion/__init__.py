"""Completion: the people, rooms and commands that a name could become while it is typed."""
