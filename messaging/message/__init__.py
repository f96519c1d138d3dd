"""One message: posted, stored, rendered, changed and broadcast."""
