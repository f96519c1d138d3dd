"""What a page says once about the last act; the sentences are templates in users/notices/."""

from django.contrib import messages
from django.template.loader import render_to_string


def say(request, notice, level=messages.SUCCESS, **context):
    """Have the next page say users/notices/<notice>.txt, drawn with `context`."""
    text = render_to_string(f"users/notices/{notice}.txt", context, request)
    messages.add_message(request, level, " ".join(text.split()))


def refuse(request, notice, **context):
    """Have the next page say why something was not done."""
    say(request, notice, messages.ERROR, **context)
