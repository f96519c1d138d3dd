from django import template

from core.initials import initial_of

register = template.Library()
register.filter("initial", initial_of)
