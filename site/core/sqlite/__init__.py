"""Django's SQLite backend, in which transactions wait for their turn; set it as the ENGINE."""
