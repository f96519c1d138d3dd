"""Notifications on people's devices: web push (RFC 8030) to each browser that subscribed.

A device is a `PushSubscription`. It belongs to a login session and ends with it.
"""
