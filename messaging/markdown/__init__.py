"""The chat's own dialect of Markdown, and how it becomes HTML. Knows no models."""
