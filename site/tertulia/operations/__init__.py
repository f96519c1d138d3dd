"""Operations: checks, health, metrics, status, and middleware for every request."""
