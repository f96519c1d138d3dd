"""What a person says of themselves now: `{% with status=person|status %}`."""

from django import template

from ..status.current import current_status

register = template.Library()
register.filter("status", current_status)
