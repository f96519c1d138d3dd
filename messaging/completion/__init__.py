"""Completion: the people and rooms that a name could become while it is typed."""
