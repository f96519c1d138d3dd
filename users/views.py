"""The first run, and people's own pages beside allauth's."""

from django.http import Http404


def setup(request):
    raise Http404
