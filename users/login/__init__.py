"""How somebody proves who they are: passwords, codes, passkeys, and what a login stands on."""
