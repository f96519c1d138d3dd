"""The Django project: settings, the server, background tasks and operations."""

__version__ = "1.0"
