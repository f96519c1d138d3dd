"""allauth's URLs and adapters for this product, and the setup page."""
