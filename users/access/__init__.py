"""A count of lost access, which moves in the transaction that narrows it."""
