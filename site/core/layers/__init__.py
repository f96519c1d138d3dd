"""What carries events between the parts of a site; with Redis that is channels-redis."""
