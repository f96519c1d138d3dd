"""A room without JavaScript: the HTML stream and the iframes around it."""
