from django import template

from users.initials import initial_of

register = template.Library()
register.filter("initial", initial_of)
