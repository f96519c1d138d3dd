"""Mails to people who are away: whom they reach, and the link to unsubscribe in each of them."""
