"""The ASGI application, and uvicorn's protocols with limits on what a client may send."""
