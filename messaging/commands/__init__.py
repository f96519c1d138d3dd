"""Commands: what a message that begins with "/" does instead of being posted as it is.

`/me` and `/shrug` are ways of writing; the others act. A command that does not exist is refused, so
that a typo is never published. A space before the slash makes it text, and so does a path, such as
/etc/hosts. Bots, webhooks and imports write no commands: see `parsing.as_text`.
"""
