"""Slack's text, blocks and attachments as Markdown, for webhooks and imports.

What Slack's syntax calls a person, a room or everybody becomes "@name", "#name", "@here" or
"@room": a mention only when it is read as the text of its author, with that author's rights.
Nothing here raises, whatever the input, and the running time is linear in its length.
"""

from .mrkdwn import text_to_markdown
from .payloads import payload_to_markdown

__all__ = ["payload_to_markdown", "text_to_markdown"]
