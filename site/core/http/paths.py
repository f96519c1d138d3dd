"""The paths of pages, remembered: Django tries those of the whole site to make one."""

from functools import lru_cache

from django.urls import reverse


@lru_cache(maxsize=10_000)
def path_of(name: str, *arguments: str | int) -> str:
    """Return the path of the page that is called `name` in urls.py, as `reverse` does."""
    return reverse(name, args=arguments)
