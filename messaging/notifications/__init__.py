"""Notify people who are away of what they missed.

`missed` finds what is due for whom and what they may still see of it. A `Channel` (`mail`; more
can be added to `channels`) says it, each with its own delay and its own record of what was said.
"""
