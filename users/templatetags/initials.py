from django import template

from ..names.initials import initial_of

register = template.Library()
register.filter("initial", initial_of)
