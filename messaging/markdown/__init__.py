"""The chat's own dialect of Markdown, and its rendering to HTML. Does not use models."""
