"""Outgoing webhooks send what changes in the rooms of a bot to an address of its owner.

    post, edit, reaction … ─▶ messaging.followups.changes notes what changed, and queues `deliver`
    deliver                ─▶ `pending` finds the next change after the cursor of a room
                           ─▶ `sending` posts it, signed by Standard Webhooks (`signing`)
                           ─▶ `delivery` moves the cursor, or comes back later

One task delivers to a webhook at a time, under a lease. What is sent is the newest state of a
message, once, in the order of revisions. If a process dies after a post and before the cursor has
moved, the change is sent again with the same `webhook-id`.
"""
