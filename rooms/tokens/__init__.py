"""The rooms to which an access token is limited."""
