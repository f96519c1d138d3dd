"""The API for programs: JSON under /api/, by access tokens; described by openapi.json."""
