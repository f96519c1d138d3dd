"""Authentication: passwords, codes, passkeys and the steps of a login."""
