"""The pages of bots: whose they are, in which rooms, and with which tokens."""
