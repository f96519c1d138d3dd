"""Messages that people have saved for later, with or without a time to be reminded of them.

What somebody saves is their own business: nothing of it is in the message, and nobody else is told.
"""
