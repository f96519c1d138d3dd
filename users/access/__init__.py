"""A counter of how often users lost access, incremented in the transaction of each loss."""
