"""The workspace: the one team that uses this installation."""
