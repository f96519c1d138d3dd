"""allauth, fitted to this product: its addresses, adapters and the first run."""
