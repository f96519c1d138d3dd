"""Live updates for programs, as JSON: the changes of one room, or the newest state of all rooms.

Both are streams of server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html).
A program that reads a room is a reader of the hub like any page, but it is only told up to which
revision there are changes. It reads them from the `log` of the room, which asks the database and
draws each change once for all programs of the process. So a program takes what it can, in order,
and its last revision is all that it needs to go on after a break; without programs nothing of this
runs. The other stream, of all rooms, is in `rooms`.
"""
