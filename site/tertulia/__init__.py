"""The site as a whole: settings, the server, operations; what belongs to no app."""

__version__ = "1.0"
