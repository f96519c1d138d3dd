"""What operators see of the site, and what holds for every request."""
