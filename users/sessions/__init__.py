"""Sessions: the model, the encrypted store and the authentication of sockets."""
