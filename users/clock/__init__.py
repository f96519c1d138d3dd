"""Times and days as a reader sees them. The server and site/static/clock.js show the same."""
