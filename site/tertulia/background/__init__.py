"""Tasks stored in the database, and the processes that run them."""
