"""Bots: accounts of programs, without password, address or session, each with an owner."""
