"""The site as a whole: settings, the server, operations; what belongs to no app."""

VERSION = "1.0"
