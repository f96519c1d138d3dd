"""Times in English as Django's own, but for "p.m.", whose full stop doubles that of a sentence.

https://docs.djangoproject.com/en/6.1/topics/i18n/formatting/#creating-custom-format-files
"""

TIME_FORMAT = "g:i A"
DATETIME_FORMAT = "N j, Y, g:i A"
SHORT_DATETIME_FORMAT = "m/d/Y g:i A"
