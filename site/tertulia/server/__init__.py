"""The ASGI application and uvicorn's protocols, with limits on what clients may send."""
