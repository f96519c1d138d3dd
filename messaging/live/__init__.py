"""Live delivery: one hub a process feeds the sockets and streams of all rooms.

The parts, each given those before it (`hub` wires them):

    registry         which readers and rooms there are here; no behaviour of its own
    subscriptions    the groups of the channel layer that this process is in
    access_monitor   holds back what a reader may not have any more (access_queries asks)
    ephemeral        presence, typing, unread marks: may be lost
    backfill         reads from the database what the channel layer did not bring
    catch_up         brings a reader from its cursor to what is live
    event_router     takes the events of the channel layer
    hub              starts and stops all of these; readers join and leave here

A reader (`reader`) is one connection; its encoder (`encoders`) makes what it is sent. Sockets are
in `consumers`, with `admission` (who may come in), `protocol` (what they send), `post_queue` (what
they post) and `connection_limits`; HTML streams are in `messaging.noscript`.

States of a reader, kept by the `feed` of its room:

    joining   reads the database from its cursor on; events are held for it meanwhile
    ahead     has read a change in the database whose event has not come yet
    live      has what the feed has delivered; events are sent to it as they come
    closed    is sent nothing more; `close` was called or its connection has ended

    join -> joining -> ahead or live;  ahead -> live;  any -> joining (its page asks again, or its
    user's access is checked);  any -> closed

Events, with their fields in `core.events`:

    room.changed       messages posted, edited or deleted: delivered in the order of revisions
    room.hint          the room's header: pushed as it is
    room.narrowed      somebody may not read the room any more: readers are checked first
    room.typing        somebody types: shown at the next tick
    presence.changed   somebody came or left: the people list is rendered at the next tick
    access.changed     of a user: their readers are held, checked, and caught up or closed
    room.read          of a user: clears the unread mark on their other pages
"""

# Close codes. Below 4000: RFC 6455, 7.4.1 and the IANA registry. From 4000: ours, final for htmx,
# which does not connect again (its reconnectCodes are in
# templates/messaging/conversation/room.html).

UNSUPPORTED_DATA = 1003  # a frame is not text
INVALID_PAYLOAD = 1007  # a frame is not a JSON object
POLICY_VIOLATION = 1008  # too many frames, even after they were refused
SERVICE_RESTART = 1012  # the server ends: come back
TRY_AGAIN_LATER = 1013  # too slow, or the server could not find out: come back and catch up
LOG_IN_AGAIN = 4401  # no session, or it has ended
NOT_FOUND = 4404  # no such room, or its user may not see it (any more)
ELSEWHERE = 4409  # of a stream: newer streams of the same user took its place
TOO_FAR_BEHIND = 4413  # missed too much: the page reloads
TOO_MANY = 4429  # too many connections of this user or address
