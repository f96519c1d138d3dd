"""Links that invite somebody to a room and, if they have no account, to the workspace."""
