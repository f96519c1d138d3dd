"""Files of messages: who sent them, to which message they belong, and who may open them."""
