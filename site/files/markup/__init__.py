"""Pages that strangers wrote: their encoding, their tags, and what their head says.

The child process runs this: no Django, no settings.
"""
