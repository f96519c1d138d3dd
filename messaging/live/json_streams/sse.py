"""The text of server-sent events: https://html.spec.whatwg.org/multipage/server-sent-events.html."""

RETRY_MILLISECONDS = 3_000  # after which a program comes back
PULSE_SECONDS = 15
PULSE = ":\n\n"  # a comment, so that neither end takes the connection for a dead one


def opening(revision: int | None = None) -> str:
    """Return the beginning of a stream.

    `revision` is where it begins: an event with an id and no data, from which programs go on if the
    connection is cut before the first change.
    """
    mark = "" if revision is None else f"id: {revision}\n"
    return f"retry: {RETRY_MILLISECONDS}\n{mark}\n"


def event(name: str, data: str, revision: int | None = None) -> str:
    """Return an event; `data` is one line."""
    mark = "" if revision is None else f"id: {revision}\n"
    return f"{mark}event: {name}\ndata: {data}\n\n"
