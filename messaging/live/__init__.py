"""Live delivery: one hub per process feeds the sockets and streams of all rooms.

The parts; each may use those above it (`hub` wires them):

    registry         the local readers and rooms; data only
    subscriptions    the channel layer groups that this process has joined
    access_monitor   sends readers nothing that they cannot see any more (see access_queries)
    sidebar          the lists of rooms, with the numbers of new messages and calls
    ephemeral        presence, typing; losing one is harmless
    backfill         reads changes that the channel layer dropped from the database
    catch_up         brings a reader from its cursor to the live state
    event_router     handles the events of the channel layer
    hub              starts and stops all of these; adds and removes readers

A reader (`reader`) is one connection; its encoder (`encoders`) renders what it is sent. Sockets are
in `consumers`, with `admission` (authentication), `protocol` (incoming frames), `post_queue`
(posted messages) and `connection_limits`; HTML streams are in `messaging.noscript`. Programs have
streams of their own, in `json_streams`.

States of a reader, kept by the `feed` of its room:

    joining   reads changes after its cursor from the database; events are held for it
    ahead     has read a change in the database whose event has not arrived yet
    live      has everything that the feed has delivered; events are sent to it directly
    closed    receives nothing more; `close` was called or its connection has ended

    join -> joining -> ahead or live;  ahead -> live;  any -> joining (its page sends a new
    cursor, or its user's access is checked);  any -> closed

Events, with their fields in `core.events`:

    room.changed       messages posted, edited or deleted: delivered in the order of revisions;
                       what can wait (an edit, a reaction) at most every GATHER_SECONDS
    room.hint          the room's header: pushed unchanged
    room.narrowed      somebody has lost access to the room: readers are checked first
    room.typing        somebody is typing: shown at the next tick
    presence.changed   somebody joined or left: the people list is rendered at the next tick
    access.changed     of a user: their readers are held, checked, and caught up or closed
    room.read          of a user: the unread mark of the room is drawn again on all their pages
    room.unread        of a user: the same, and its open pages mark nothing as read any more
    saved.changed      of a user: their saved messages that are due are counted again
"""

# Close codes. Below 4000: RFC 6455, 7.4.1 and the IANA registry. From 4000: ours, final for htmx,
# which does not reconnect (its reconnectCodes are in
# templates/messaging/conversation/room.html).

UNSUPPORTED_DATA = 1003  # a frame is not text
INVALID_PAYLOAD = 1007  # a frame is not a JSON object
POLICY_VIOLATION = 1008  # too many frames, even after errors
SERVICE_RESTART = 1012  # the server restarts: reconnect
TRY_AGAIN_LATER = 1013  # too slow, or access unknown: reconnect and catch up
LOG_IN_AGAIN = 4401  # no session, or it has ended
NOT_FOUND = 4404  # no such room, or the user cannot see it (any more)
ELSEWHERE = 4409  # streams only: replaced by newer streams of the same user
TOO_FAR_BEHIND = 4413  # missed too much: the page reloads
TOO_MANY = 4429  # too many connections of this user or address
