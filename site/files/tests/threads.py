"""Run functions at the same time."""

from concurrent.futures import ThreadPoolExecutor


def at_once(*acts):
    """Call each of `acts` in a thread of its own and return their results."""
    with ThreadPoolExecutor(len(acts)) as threads:
        return [begun.result() for begun in [threads.submit(act) for act in acts]]
