"""Whether links in a room are shown with previews: a switch of the workspace, and one of a room.

Nothing of a link is fetched while the workspace's is off. Without a choice of their own, public
rooms follow it, and private rooms and direct messages have none: a secret link may be spent by
being looked at.
"""
