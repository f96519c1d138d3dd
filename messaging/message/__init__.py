"""One message: how it is written, stored, drawn, changed and told."""
