"""Notify people who are away of what they missed.

`missed` finds the messages that each user should be notified of and can still see. A `Channel`
(`mail`; add others to `channels`) sends them. Each channel has its own delay and its own record of
what it has sent.
"""
