"""The page that several views of links end in."""

from django.shortcuts import render


def link_gone(request):
    """Return the page for an invalid link, with status 410. It does not say if the link existed."""
    return render(request, "users/link_gone.html", status=410)
